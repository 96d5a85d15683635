import Ledger
import SQL
import Values

/// Boards, scores, charts and sell-outs in SQL. Sales are read where the capabilities that sell
/// have written them.
package struct RankingLedger: Pruned {
    package let database: any Database
    /// What T90 is of, as the server was told.
    let sellout: SelloutFraction

    package init(_ database: any Database, sellout: SelloutFraction = .usual) {
        self.database = database
        self.sellout = sellout
    }
}
