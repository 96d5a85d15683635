/// What a look at the line told beside the room's outflow.
public struct LineChange: Sendable {
    public var waiting: Int64
    /// Left the line since the last look without having been at its head.
    public var quits: Int64
    /// Came back into the line since then: their sequences.
    public var returned: [Int64]
    /// By lane the sequence of its head, `.max` without one; nil: not known.
    public var heads: [Int64]?

    public init(waiting: Int64, quits: Int64, returned: [Int64], heads: [Int64]?) {
        self.waiting = waiting
        self.quits = quits
        self.returned = returned
        self.heads = heads
    }
}
