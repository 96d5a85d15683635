/// A row that a statement updates, by the text that names it. As a condition it says which row that
/// is, to the engine and to us:
///
///     let sale: SQL = "update coupons set issued = issued + 1 where \(row: .coupon(id))"
///
/// sends `... where coupon = $1`. Two groups of entries that touch the same rows do so in the same
/// order (`LockOrder`, `LockAhead`). Each table's ledger has a function that makes its rows.
public struct TouchedRow: Sendable, Equatable {
    let table: String
    let column: String
    let name: String

    /// `table` and `column` are words of our own statements; they are not bound.
    public init(_ table: String, _ column: String, _ name: String) {
        self.table = table
        self.column = column
        self.name = name
    }
}

extension SQL.StringInterpolation {
    public mutating func appendInterpolation(row: TouchedRow) {
        appendLiteral(row.column)
        appendLiteral(" = ")
        append(.text(row.name))
        touches.append(row)
    }
}
