public import Values

/// Where a member of a board stood at an instant: a point of its history.
public struct RankPoint: Equatable, Sendable {
    public var at: Timestamp
    /// From 1.
    public var rank: Int
    public var score: Int64

    public init(at: Timestamp, rank: Int, score: Int64) {
        self.at = at
        self.rank = rank
        self.score = score
    }
}
