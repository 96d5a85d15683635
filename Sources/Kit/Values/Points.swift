/// Points and prices: whole numbers.
public enum Points {
    /// 2^53: beyond it a reader whose numbers are doubles rounds without knowing it.
    public static let max: Int64 = 1 << 53
    /// What one charge may add.
    public static let chargeRange: ClosedRange<Int64> = 1...max
    public static let priceRange: ClosedRange<Int64> = 0...max

    /// `count` things at `price`; nil: more than `max`.
    public static func cost(_ price: Int64, times count: Int64) -> Int64? {
        let (cost, isBeyond) = price.multipliedReportingOverflow(by: count)
        return isBeyond || cost > max ? nil : cost
    }

    /// Both together; nil: more than `max`.
    public static func sum(_ some: Int64, _ others: Int64) -> Int64? {
        let (sum, isBeyond) = some.addingReportingOverflow(others)
        return isBeyond || sum > max ? nil : sum
    }
}
