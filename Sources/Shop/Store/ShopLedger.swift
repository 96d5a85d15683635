import Ledger
import SQL

/// Products and orders in SQL.
struct ShopLedger: Ledger {
    let database: any Database

    init(_ database: any Database) { self.database = database }
}
