public import SQL

/// Products and orders in SQL.
public struct ShopLedger: Ledger {
    public let database: any Database

    public init(_ database: any Database) { self.database = database }
}
