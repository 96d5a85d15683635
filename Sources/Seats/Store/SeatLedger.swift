import Ledger
import SQL
import Values

/// Concerts, performances and seats in SQL.
package struct SeatLedger: Ledger {
    package let database: any Database
    /// What the crossing times of performances are of. What was crossed before stays when this
    /// setting changes.
    let sellout: SelloutFraction

    init(_ database: any Database, sellout: SelloutFraction = .usual) {
        self.database = database
        self.sellout = sellout
    }
}
