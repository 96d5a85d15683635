public import SQL
public import Values

/// Concerts, performances and seats in SQL.
public struct SeatLedger: Ledger {
    public let database: any Database
    /// What the crossing times of performances are of. What was crossed before stays when this
    /// setting changes.
    let sellout: SelloutFraction

    public init(_ database: any Database, sellout: SelloutFraction = .usual) {
        self.database = database
        self.sellout = sellout
    }
}
