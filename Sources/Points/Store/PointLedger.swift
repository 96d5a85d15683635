import Ledger
import SQL

/// Accounts and their journal in SQL.
package struct PointLedger: Ledger {
    package let database: any Database

    package init(_ database: any Database) { self.database = database }
}
