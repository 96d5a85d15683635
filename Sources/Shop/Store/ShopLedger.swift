import Ledger
import SQL

/// Products and orders in SQL.
package struct ShopLedger: Ledger {
    package let database: any Database

    package init(_ database: any Database) { self.database = database }
}
