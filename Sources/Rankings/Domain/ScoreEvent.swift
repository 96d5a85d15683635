public import Values

/// One change of one member's score, as the ledger's outbox tells it.
public struct ScoreEvent: Equatable, Sendable {
    public enum Change: Equatable, Sendable {
        /// May be negative: a refund.
        case add(Int64)
        case set(Int64)
    }

    /// The row's number in the outbox: an event counts once.
    public var number: Int64
    public var board: BoardID
    public var member: String
    public var change: Change
    /// The instant whose day, week and month it counts for: of a refund, that of the sale.
    public var countsAtMs: Int64
    /// When it happened: who reaches a score by it reaches it then.
    public var atMs: Int64

    public init(
        number: Int64,
        board: BoardID,
        member: String,
        change: Change,
        countsAtMs: Int64,
        atMs: Int64
    ) {
        self.number = number
        self.board = board
        self.member = member
        self.change = change
        self.countsAtMs = countsAtMs
        self.atMs = atMs
    }
}
