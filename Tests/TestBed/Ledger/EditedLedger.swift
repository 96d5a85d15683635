@testable import SQL

/// A ledger whose statements a test changes on their way: a guard is switched off in it.
final class EditedLedger: Database {
    private let database: any Database
    private let edit: @Sendable (String) -> String

    init(_ database: any Database, edit: @escaping @Sendable (String) -> String) {
        self.database = database
        self.edit = edit
    }

    var dialect: SQLDialect { database.dialect }

    func migrate(_ migrations: [Migration]) async throws(MigrationError) {
        try await database.migrate(migrations)
    }

    func commit(_ entry: [SQL]) async throws(SQLError) -> [SQLResult] {
        try await database.commit(entry.map(edited))
    }

    func read(_ statements: [SQL], as kind: ReadClass) async throws(SQLError) -> [SQLResult] {
        try await database.read(statements.map(edited), as: kind)
    }

    private func edited(_ statement: SQL) -> SQL {
        var all = SQL.StringInterpolation(literalCapacity: 0, interpolationCount: 0)
        for (index, piece) in statement.pieces.enumerated() {
            all.appendLiteral(edit(piece))
            if index < statement.values.count { all.append(statement.values[index]) }
        }
        return SQL(stringInterpolation: all)
    }

    func problem() async -> DatabaseProblem? { await database.problem() }
    func statistics() async -> SQLStatistics { await database.statistics() }
    func close() async { await database.close() }
}
