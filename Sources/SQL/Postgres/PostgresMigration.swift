import EventLoop

/// The schema, brought up to date on a connection of its own.
extension PostgresDatabase {
    public func migrate(_ migrations: [Migration]) async throws(MigrationError) {
        let link: PostgresLink
        switch await open(.migrator, attempt: 0) {
        case .success(let opened): link = opened
        case .failure(let failure):
            throw .failed(.unavailable("\(endpoint): \(failure.reason)"))
        }
        // Whatever is not committed then is undone.
        defer { link.drop("closed") }
        let limitMs = configuration.migrationTimeoutMs
        let timer = LoopTimer(on: loop, afterMs: limitMs) {
            link.drop("not migrated within \(limitMs) ms")
        }
        defer { timer.cancel() }
        try await Schema(link: link).migrate(migrations)
    }
}

private struct Schema {
    let link: PostgresLink

    /// The lock's number: "onsale" as ASCII. Others wait for it until the commit; it is known to
    /// this database only.
    private static let lock: SQL = "select pg_advisory_xact_lock(122520172850277)"
    private static let table: SQL = """
        create table if not exists migrations (
          number bigint not null primary key,
          name text not null,
          digest text not null,
          applied_at timestamptz not null default now()
        )
        """
    private static let applied: SQL = "select number, digest from migrations order by number"

    func migrate(_ migrations: [Migration]) async throws(MigrationError) {
        // In this order: who has waited for the lock then sees what the other has done, for each
        // statement sees what is committed when it begins.
        let results = try await send(["begin", Self.lock, Self.table, Self.applied])
        for migration in try missing(of: migrations, applied: results[3].rows) {
            let statements = migration.statements(for: .postgres).map { SQL(stringLiteral: $0) }
            let note: SQL = """
                insert into migrations (number, name, digest)
                values (\(migration.number), \(migration.name), \(migration.digest))
                """
            _ = try await send(statements + [note])
        }
        guard case .committed? = try await replies(to: ["commit"]).last else {
            throw .failed(.unavailable("the schema was not committed"))
        }
    }

    private func missing(
        of migrations: [Migration],
        applied: [SQLRow]
    ) throws(MigrationError) -> [Migration] {
        var missing = migrations.sorted { $0.number < $1.number }
        for row in applied {
            let number: Int
            let digest: String
            do throws(SQLError) {
                number = Int(try row.integer(0))
                digest = try row.text(1)
            } catch {
                throw .failed(error)
            }
            guard let index = missing.firstIndex(where: { $0.number == number }) else {
                throw .newer(number: number)
            }
            let migration = missing.remove(at: index)
            guard migration.digest == digest else {
                throw .changed(number: number, name: migration.name)
            }
        }
        return missing
    }

    private func send(_ statements: [SQL]) async throws(MigrationError) -> [SQLResult] {
        let results = try await replies(to: statements).compactMap(\.result)
        guard results.count == statements.count else {
            throw .failed(.unavailable("fewer answers than statements"))
        }
        return results
    }

    /// Not prepared: a statement may need the table that the one before it makes.
    private func replies(to statements: [SQL]) async throws(MigrationError) -> [PostgresReply] {
        let outcome = unsafe await withUnsafeContinuation {
            (continuation: UnsafeContinuation<PostgresLink.Outcome, Never>) in
            let batch = PostgresLink.Batch(statements: statements) {
                unsafe continuation.resume(returning: $0)
            }
            link.send([batch], preparing: false)
        }
        switch outcome {
        case .lost(let reason): throw .failed(.unavailable(reason))
        case .answered(let replies):
            if let place = replies.firstIndex(where: { $0.failure != nil }),
                let failure = replies[place].failure
            {
                throw .failed(failure.error(statement: place))
            }
            return replies
        }
    }
}
