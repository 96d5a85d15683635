/// How far and how fast one performance sold: what the list of fast sell-outs is ordered by.
///
/// T90 is the time from the public opening to the commit at which the share `SelloutFraction` of
/// the allotment was paid; T100, to the commit of the last seat. Time and not seats, because a hall
/// of 50,000 that takes a week is not in more demand than a club of 300 that takes a minute.
public struct Sellout: Equatable, Sendable {
    /// Breaks ties, so that a list has one order.
    public var performance: String
    /// The public opening, in ms.
    public var openingMs: Int64
    /// The instants of the crossings, in ms: written once, by the payments that crossed.
    public var t90AtMs: Int64?
    public var t100AtMs: Int64?
    /// Paid seats now: refunds are taken off.
    public var sold: Int64
    /// Of one that has not crossed yet, from the opening on: `SelloutRate.projectedT90Ms`.
    public var projectedT90Ms: Int64?

    public init(
        performance: String,
        openingMs: Int64,
        t90AtMs: Int64?,
        t100AtMs: Int64?,
        sold: Int64,
        projectedT90Ms: Int64?
    ) {
        self.performance = performance
        self.openingMs = openingMs
        self.t90AtMs = t90AtMs
        self.t100AtMs = t100AtMs
        self.sold = sold
        self.projectedT90Ms = projectedT90Ms
    }

    /// From the opening, in ms. 0 for what was paid before it: an opening can be moved afterwards.
    public var t90Ms: Int64? { t90AtMs.map { max(0, $0 - openingMs) } }
    public var t100Ms: Int64? { t100AtMs.map { max(0, $0 - openingMs) } }

    /// `by=t90`: who crossed stands first, by T90, then T100; then who still sells, by projection;
    /// then who sells too little to project, by seats.
    public static func isFaster(_ left: Sellout, _ right: Sellout) -> Bool {
        if let isFirst = earlier(left.t90Ms, right.t90Ms) { return isFirst }
        if left.t90Ms != nil {
            if let isFirst = earlier(left.t100Ms, right.t100Ms) { return isFirst }
        } else if let isFirst = earlier(left.projectedT90Ms, right.projectedT90Ms) {
            return isFirst
        }
        if left.sold != right.sold { return left.sold > right.sold }
        return left.performance < right.performance
    }

    /// A time before none at all; nil when they are equal.
    private static func earlier(_ left: Int64?, _ right: Int64?) -> Bool? {
        if left == right { return nil }
        guard let left else { return false }
        guard let right else { return true }
        return left < right
    }
}
