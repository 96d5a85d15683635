import Values

/// One change of one member's score, as the ledger's outbox tells it.
struct ScoreEvent: Equatable, Sendable {
    enum Change: Equatable, Sendable {
        /// May be negative: a refund.
        case add(Int64)
        case set(Int64)
    }

    /// The row's number in the outbox: an event counts once.
    var number: Int64
    var board: BoardID
    var member: String
    var change: Change
    /// The instant whose day, week and month it counts for: of a refund, that of the sale.
    var countsAtMs: Int64
    /// When it happened: who reaches a score by it reaches it then.
    var atMs: Int64
}
