/// How a crowd comes for one coupon.
public struct ClaimOptions: Equatable, Sendable {
    /// How many there are if the coupon has to be made; nil: `quantityDefault`.
    public var quantity: Int?
    /// Everybody's first claim is sent within this time.
    public var withinSeconds = 1.0
    /// Part that sends its claim two to five times at once.
    public var duplicates = 0.2
    /// Part that breaks the connection before the answer, and then asks again.
    public var impatient = 0.1
    /// Part that claims once more later, whatever it was told.
    public var returners = 0.1
    /// Times a claim without an outcome is sent again: with the pauses, 70 s or so.
    public var retries = 20

    public static let quantityDefault = 1_000

    public init() {}
}
