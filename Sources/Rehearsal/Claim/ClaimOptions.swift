/// How a crowd comes for one coupon.
struct ClaimOptions: Equatable, Sendable {
    /// How many there are if the coupon has to be made; nil: `quantityDefault`.
    var quantity: Int?
    /// Everybody's first claim is sent within this time.
    var withinSeconds = 1.0
    /// Part that sends its claim two to five times at once.
    var duplicates = 0.2
    /// Part that breaks the connection before the answer, and then asks again.
    var impatient = 0.1
    /// Part that claims once more later, whatever it was told.
    var returners = 0.1
    /// Times a claim without an outcome is sent again: with the pauses, 70 s or so.
    var retries = 20

    static let quantityDefault = 1_000

    init() {}
}
