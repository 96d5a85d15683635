/// The list of a day, a week or a month that is over, as it was when it was frozen: a refund that
/// comes later changes the board, not the chart.
struct Chart: Equatable, Sendable {
    /// As the contract names it: `2026-05-01`, `2026-W18`, `2026-05`.
    var period: String
    var startMs: Int64
    var frozenAtMs: Int64
    /// How many were in the list, of which a chart keeps the first `entriesMax`.
    var total: Int
    /// From rank 1.
    var entries: [RankedEntry]

    /// 1,000 x ~100 B x 365 days are 37 MB a year for a board's daily charts.
    static let entriesMax = 1_000
}

/// Where a member stood at an instant.
struct RankSample: Equatable, Sendable {
    var atMs: Int64
    var rank: Int
    var score: Int64

    /// The first so many of a list are sampled.
    static let topSampled = 100
    /// One sample in so long, and only of what has changed.
    static let everyMs: Int64 = 60_000
    /// A list whose hundred change every minute fills 1,008,000 rows, ~100 MB, in a week.
    static let keptMs: Int64 = 7 * 24 * 3_600_000
    /// The newest that one answer has.
    static let listedMax = 1_000
}
