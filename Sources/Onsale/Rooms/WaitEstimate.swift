/// How long a visitor still waits: a range in whole seconds.
public struct WaitEstimate: Equatable, Sendable {
    public var min: Int64
    public var max: Int64

    public init(min: Int64, max: Int64) {
        self.min = min
        self.max = max
    }

    /// The wait behind `ahead` visitors when `perSecond` leave the head of the line each second.
    ///
    /// Departures are taken as a Poisson process of a rate that is known to about 15 %: the time of
    /// the n-th departure has mean n/rate and standard deviation sqrt(n)/rate; the range is the
    /// mean plus and minus both, 1.28 deviations being the 10th and 90th percentile of a normal.
    /// Nil when nothing moves.
    public init?(ahead: Int64, perSecond: Double, untilOpeningMs: Int64) {
        guard perSecond > 0 else { return nil }
        let turns = Double(ahead + 1)
        let mean = turns / perSecond
        let spread = 1.28 * turns.squareRoot() / perSecond + 0.15 * mean
        let opening = Double(Swift.max(0, untilOpeningMs)) / 1000
        // A day bounds the answer: beyond it the number says nothing.
        let low = Swift.min(86_400, opening + Swift.max(0, mean - spread))
        let high = Swift.min(86_400, opening + mean + spread)
        self.init(min: Int64(low), max: Int64(high.rounded(.up)))
    }
}

extension RoomSettings.Show {
    /// The position a visitor is shown, from 1: exact; rounded up to one leading digit beyond the
    /// first ten (`band`: 1,234 is shown as 2,000); or nothing.
    public func position(ahead: Int64) -> Int64? {
        let position = ahead + 1
        switch self {
        case .exact: return position
        case .hidden: return nil
        case .band:
            var unit: Int64 = 1
            while position / unit >= 10 { unit *= 10 }
            return (position + unit - 1) / unit * unit
        }
    }
}
