public import SQL

/// Coupons, claims and uses in SQL.
public struct CouponLedger: Ledger {
    public let database: any Database

    public init(_ database: any Database) { self.database = database }
}
