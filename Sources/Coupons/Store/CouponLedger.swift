import Ledger
import SQL

/// Coupons, claims and uses in SQL.
package struct CouponLedger: Ledger {
    package let database: any Database

    init(_ database: any Database) { self.database = database }
}
