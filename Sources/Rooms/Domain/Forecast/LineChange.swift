/// What a look at the line told beside the room's outflow.
struct LineChange: Sendable {
    var waiting: Int64
    /// Left the line since the last look without having been at its head.
    var quits: Int64
    /// Came back into the line since then: their sequences.
    var returned: [Int64]
    /// By lane the sequence of its head, `.max` without one; nil: not known.
    var heads: [Int64]?
}
