/// How far and how fast one performance sold: what the list of fast sell-outs is ordered by.
///
/// T90 is the time from the public opening to the commit at which the share `SelloutFraction` of
/// the allotment was paid; T100, to the commit of the last seat. Time and not seats, because a hall
/// of 50,000 that takes a week is not in more demand than a club of 300 that takes a minute.
struct Sellout: Equatable, Sendable {
    /// Breaks ties, so that a list has one order.
    var performance: String
    /// The public opening, in ms.
    var openingMs: Int64
    /// The instants of the crossings, in ms: written once, by the payments that crossed.
    var t90AtMs: Int64?
    var t100AtMs: Int64?
    /// Paid seats now: refunds are taken off.
    var sold: Int64
    /// Of one that has not crossed yet, from the opening on: `SelloutRate.projectedT90Ms`.
    var projectedT90Ms: Int64?

    /// From the opening, in ms. 0 for what was paid before it: an opening can be moved afterwards.
    var t90Ms: Int64? { t90AtMs.map { max(0, $0 - openingMs) } }
    var t100Ms: Int64? { t100AtMs.map { max(0, $0 - openingMs) } }

    /// `by=t90`: who crossed stands first, by T90, then T100; then who still sells, by projection;
    /// then who sells too little to project, by seats.
    static func isFaster(_ left: Sellout, _ right: Sellout) -> Bool {
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
