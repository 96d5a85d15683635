/// One step of a schema, forward only. A step that was applied once must never change: its digest
/// is recorded, and another one refuses to start.
public struct Migration: Sendable {
    /// 1, 2, 3, ... without gaps.
    public let number: Int
    public let name: String
    /// Statements, each ended by a `;` at the end of a line. A line that ends in `-- sqlite` or
    /// `-- postgres` is for that engine only.
    public let text: String
    /// SHA-256 of the text, base64url.
    public let digest: String

    public init(number: Int, name: String, text: String, digest: String) {
        self.number = number
        self.name = name
        self.text = text
        self.digest = digest
    }

    /// The text as `dialect` reads it, statement by statement.
    public func statements(for dialect: SQLDialect) -> [String] {
        let other: SQLDialect = dialect == .sqlite ? .postgres : .sqlite
        var statements: [String] = []
        var current = ""
        for line in text.split(separator: "\n") where !line.hasSuffix("-- \(other.rawValue)") {
            let code = line.firstRange(of: "--").map { line[..<$0.lowerBound] } ?? line
            let trimmed = code.reversed().drop { $0 == " " }.reversed()
            guard !trimmed.isEmpty else { continue }
            current += String(trimmed) + "\n"
            guard trimmed.last == ";" else { continue }
            statements.append(current)
            current = ""
        }
        precondition(current.isEmpty, "migration \(number) ends inside a statement")
        return statements
    }
}

/// Why a schema cannot be brought up to date, or used as it is.
public enum MigrationError: Error, Sendable, Equatable {
    /// No migration was ever applied: the database is empty, or another program's.
    case absent(String)
    /// A migration was not applied yet, and the schema is not to be changed now.
    case older(number: Int)
    /// A migration that was applied is not the one this program has.
    case changed(number: Int, name: String)
    /// The database has seen a later program: it knows migrations that this one does not.
    case newer(number: Int)
    case failed(SQLError)
}
