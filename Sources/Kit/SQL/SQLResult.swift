/// A value of a column or a parameter: what both engines have in common.
public enum SQLValue: Sendable, Equatable {
    case null
    case integer(Int64)
    case text(String)
}

/// What one statement answered.
public struct SQLResult: Sendable, Equatable {
    public var rows: [SQLRow]
    /// Rows inserted, updated or deleted.
    public var changes: Int

    public init(rows: [SQLRow] = [], changes: Int = 0) {
        self.rows = rows
        self.changes = changes
    }
}

/// A row, its columns by their place in the `select` or `returning`.
public struct SQLRow: Sendable, Equatable {
    public let values: [SQLValue]

    public init(_ values: [SQLValue]) { self.values = values }

    /// Throws `broken` when the column is missing or not an integer: the statement and its reader
    /// disagree.
    public func integer(_ column: Int) throws(SQLError) -> Int64 {
        if let value = try optionalInteger(column) { return value }
        throw .broken("column \(column) is null")
    }

    public func text(_ column: Int) throws(SQLError) -> String {
        if let value = try optionalText(column) { return value }
        throw .broken("column \(column) is null")
    }

    public func optionalInteger(_ column: Int) throws(SQLError) -> Int64? {
        switch try value(column) {
        case .null: return nil
        case .integer(let value): return value
        case .text: throw .broken("column \(column) is text")
        }
    }

    public func optionalText(_ column: Int) throws(SQLError) -> String? {
        switch try value(column) {
        case .null: return nil
        case .text(let value): return value
        case .integer: throw .broken("column \(column) is an integer")
        }
    }

    private func value(_ column: Int) throws(SQLError) -> SQLValue {
        guard values.indices.contains(column) else { throw .broken("there is no column \(column)") }
        return values[column]
    }
}
