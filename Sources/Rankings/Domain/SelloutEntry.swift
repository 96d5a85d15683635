public import Values

/// A line of the list of concerts that sold out fastest: one performance, and how fast it sold.
public struct SelloutEntry: Equatable, Sendable {
    /// The performance's day, `2026-12-24`.
    public var concertDate: String
    /// Seats that are paid for now; a seat given back counts no more.
    public var soldOutCount: Int64
    /// From 1, without gaps.
    public var rank: Int
    public var concert: ConcertID
    public var performance: PerformanceID
    /// From the opening to the payment with which the share `SelloutFraction` of the seats was
    /// sold, in ms; nil: not so far. Written once: seats that come back, or are added later, do
    /// not change it.
    public var t90Ms: Int64?
    /// From the opening to the payment of the last seat, in ms; written once, too.
    public var t100Ms: Int64?
    /// What `t90Ms` would be at the present rate of sale; nil: it is known, or nothing can be said.
    public var projectedT90Ms: Int64?
    /// Whether no seat is for sale now.
    public var isSoldOut: Bool

    public init(
        concertDate: String,
        soldOutCount: Int64,
        rank: Int,
        concert: ConcertID,
        performance: PerformanceID,
        t90Ms: Int64? = nil,
        t100Ms: Int64? = nil,
        projectedT90Ms: Int64? = nil,
        isSoldOut: Bool = false
    ) {
        self.concertDate = concertDate
        self.soldOutCount = soldOutCount
        self.rank = rank
        self.concert = concert
        self.performance = performance
        self.t90Ms = t90Ms
        self.t100Ms = t100Ms
        self.projectedT90Ms = projectedT90Ms
        self.isSoldOut = isSoldOut
    }
}
