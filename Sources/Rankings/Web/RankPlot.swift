import Values

/// The drawing of a rank over time, in units of the SVG's box: a line in steps, as a rank holds
/// until it changes. Rank 1 is at the top. The script draws the same (`rankings-plot.js`); a change
/// here is a change there.
struct RankPlot: Equatable, Sendable {
    let line: String
    let endY: Int64
    /// The rank at the bottom.
    let lowest: Int
    let best: Int
    let first: RankPoint
    let last: RankPoint

    static let box = "0 0 320 140"
    private static let left: Int64 = 32
    private static let right: Int64 = 312
    private static let top: Int64 = 12
    private static let bottom: Int64 = 128
    /// The top and the bottom of the ranks.
    static let grid = "M\(left) \(top)H\(right)M\(left) \(bottom)H\(right)"
    static let endX = right
    /// Points that are drawn, the newest: more would be finer than a phone's pixels.
    static let pointsMax = 1_000

    /// Nil: there is nothing to draw.
    init?(_ points: [RankPoint]) {
        let points = points.sorted { $0.at < $1.at }.suffix(Self.pointsMax)
        guard let first = points.first, let last = points.last else { return nil }
        let ranks = points.map(\.rank)
        let lowest = max(2, ranks.max() ?? 2)
        let span = max(1, last.at.milliseconds - first.at.milliseconds)
        func y(_ rank: Int) -> Int64 {
            Self.top + Int64(rank - 1) * (Self.bottom - Self.top) / Int64(lowest - 1)
        }
        var line = "M\(Self.left) \(y(first.rank))"
        for point in points.dropFirst() {
            let past = point.at.milliseconds - first.at.milliseconds
            line += "H\(Self.left + past * (Self.right - Self.left) / span)V\(y(point.rank))"
        }
        self.line = line + "H\(Self.right)"
        self.lowest = lowest
        self.first = first
        self.last = last
        endY = y(last.rank)
        best = ranks.min() ?? last.rank
    }
}
