import EventLoop

/// The schema, brought up to date on a connection of its own.
extension PostgresDatabase {
    public func migrate(_ migrations: [Migration]) async throws(MigrationError) {
        let link: PostgresLink
        switch await open(.migrator) {
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
        try await Schema(link: link, nowMs: loop.clock.wallMs()).migrate(migrations)
    }
}

private struct Schema {
    let link: PostgresLink
    let nowMs: Int64

    /// The lock's number: "onsale" as ASCII. Others wait for it until the commit; it is known to
    /// this database only.
    private static let lock: SQL = "select pg_advisory_xact_lock(122520172850277)"

    func migrate(_ migrations: [Migration]) async throws(MigrationError) {
        // In this order: who has waited for the lock then sees what the other has done, for each
        // statement sees what is committed when it begins.
        let table = MigrationRecord.table
        let results = try await send(["begin", Self.lock, table, MigrationRecord.all])
        var applied: [MigrationRecord] = []
        for row in results[3].rows {
            do throws(SQLError) {
                applied.append(try MigrationRecord(row))
            } catch {
                throw .failed(error)
            }
        }
        for migration in try migrations.missing(after: applied) {
            let statements = migration.statements(for: .postgres).map { SQL(stringLiteral: $0) }
            _ = try await send(statements + [migration.recorded(atMs: nowMs)])
        }
        guard case .committed? = try await replies(to: ["commit"]).last else {
            throw .failed(.unavailable("the schema was not committed"))
        }
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
