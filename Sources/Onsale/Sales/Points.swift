/// Points and prices: whole numbers.
public enum Points {
    /// 2^53: beyond it a reader whose numbers are doubles rounds without knowing it.
    public static let max: Int64 = 1 << 53
    /// What one charge may add.
    public static let chargeRange: ClosedRange<Int64> = 1...max
    public static let priceRange: ClosedRange<Int64> = 0...max
}
