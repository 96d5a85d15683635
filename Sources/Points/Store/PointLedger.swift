public import SQL

/// Accounts and their journal in SQL.
public struct PointLedger: Ledger {
    public let database: any Database

    public init(_ database: any Database) { self.database = database }
}
