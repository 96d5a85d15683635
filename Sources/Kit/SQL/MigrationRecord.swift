/// What the table `migrations` knows of one applied step; both engines decide by it.
struct MigrationRecord: Sendable, Equatable {
    var number: Int
    var name: String
    var digest: String

    /// One text for both engines.
    static let table: SQL = """
        create table if not exists migrations (
          number bigint not null,
          name text not null,
          digest text not null,
          applied_at_ms bigint not null,
          constraint migrations_number primary key (number)
        )
        """

    static let all: SQL = "select number, name, digest from migrations order by number"

    /// A row of `all`.
    init(_ row: SQLRow) throws(SQLError) {
        number = Int(try row.integer(0))
        name = try row.text(1)
        digest = try row.text(2)
    }
}

extension Migration {
    /// The statement that records this step as applied.
    func recorded(atMs: Int64) -> SQL {
        """
        insert into migrations (number, name, digest, applied_at_ms)
        values (\(number), \(name), \(digest), \(atMs))
        """
    }
}

extension Database {
    /// Whether the schema is the one of `migrations`. Changes nothing.
    public func check(_ migrations: [Migration]) async throws(MigrationError) {
        var applied: [MigrationRecord] = []
        do throws(SQLError) {
            for row in try await rows(MigrationRecord.all) {
                applied.append(try MigrationRecord(row))
            }
        } catch {
            guard case .broken(let reason) = error else { throw .failed(error) }
            throw .absent(reason)
        }
        guard !applied.isEmpty else { throw .absent("no migration was applied") }
        if let next = try migrations.missing(after: applied).first {
            throw .older(number: next.number)
        }
    }
}

extension [Migration] {
    /// The steps still to apply, given the applied ones in their number's order.
    func missing(after applied: [MigrationRecord]) throws(MigrationError) -> ArraySlice<Migration> {
        precondition(
            enumerated().allSatisfy { $0.element.number == $0.offset + 1 },
            "migrations are numbered 1, 2, 3, ..."
        )
        for (index, record) in applied.enumerated() {
            guard index < count else { throw .newer(number: applied[applied.count - 1].number) }
            guard record.number == self[index].number, record.digest == self[index].digest else {
                throw .changed(number: record.number, name: record.name)
            }
        }
        return self[applied.count...]
    }
}
