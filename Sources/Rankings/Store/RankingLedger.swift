public import SQL
public import Values

/// Boards, scores, charts and sell-outs in SQL. Sales are read where the capabilities that sell
/// have written them.
public struct RankingLedger: Pruned {
    public let database: any Database
    /// What T90 is of, as the server was told.
    let sellout: SelloutFraction

    public init(_ database: any Database, sellout: SelloutFraction = .usual) {
        self.database = database
        self.sellout = sellout
    }
}
