import Values

/// Where a member of a board stood at an instant: a point of its history.
struct RankPoint: Equatable, Sendable {
    var at: Timestamp
    /// From 1.
    var rank: Int
    var score: Int64
}
