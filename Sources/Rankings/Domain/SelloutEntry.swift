import Values

/// A line of the list of concerts that sold out fastest: one performance, and how fast it sold.
struct SelloutEntry: Equatable, Sendable {
    /// The performance's day, `2026-12-24`.
    var concertDate: String
    /// Seats that are paid for now; a seat given back counts no more.
    var soldOutCount: Int64
    /// From 1, without gaps.
    var rank: Int
    var concert: ConcertID
    var performance: PerformanceID
    /// From the opening to the payment with which the share `SelloutFraction` of the seats was
    /// sold, in ms; nil: not so far. Written once: seats that come back, or are added later, do
    /// not change it.
    var t90Ms: Int64?
    /// From the opening to the payment of the last seat, in ms; written once, too.
    var t100Ms: Int64?
    /// What `t90Ms` would be at the present rate of sale; nil: it is known, or nothing can be said.
    var projectedT90Ms: Int64?
    /// Whether no seat is for sale now.
    var isSoldOut: Bool = false
}
