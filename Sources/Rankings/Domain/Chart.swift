/// The list of a day, a week or a month that is over, as it was when it was frozen: a refund that
/// comes later changes the board, not the chart.
public struct Chart: Equatable, Sendable {
    /// As the contract names it: `2026-05-01`, `2026-W18`, `2026-05`.
    public var period: String
    public var startMs: Int64
    public var frozenAtMs: Int64
    /// How many were in the list, of which a chart keeps the first `entriesMax`.
    public var total: Int
    /// From rank 1.
    public var entries: [RankedEntry]

    public init(
        period: String,
        startMs: Int64,
        frozenAtMs: Int64,
        total: Int,
        entries: [RankedEntry]
    ) {
        self.period = period
        self.startMs = startMs
        self.frozenAtMs = frozenAtMs
        self.total = total
        self.entries = entries
    }

    /// 1,000 x ~100 B x 365 days are 37 MB a year for a board's daily charts.
    public static let entriesMax = 1_000
}

/// Where a member stood at an instant.
public struct RankSample: Equatable, Sendable {
    public var atMs: Int64
    public var rank: Int
    public var score: Int64

    public init(atMs: Int64, rank: Int, score: Int64) {
        self.atMs = atMs
        self.rank = rank
        self.score = score
    }

    /// The first so many of a list are sampled.
    public static let topSampled = 100
    /// One sample in so long, and only of what has changed.
    public static let everyMs: Int64 = 60_000
    /// A list whose hundred change every minute fills 1,008,000 rows, ~100 MB, in a week.
    public static let keptMs: Int64 = 7 * 24 * 3_600_000
    /// The newest that one answer has.
    public static let listedMax = 1_000
}
