/// How a crowd comes for one coupon: each field is a flag, and `Flags` says what it does.
struct ClaimOptions: Equatable, Sendable {
    /// How many there are if the coupon has to be made; nil: `quantityDefault`.
    var quantity: Int?
    var withinSeconds = 1.0
    var duplicates = 0.2
    var impatient = 0.1
    var returners = 0.1
    /// Times a claim without an outcome is sent again: with the pauses, 70 s or so.
    var retries = 20

    static let quantityDefault = 1_000
}
