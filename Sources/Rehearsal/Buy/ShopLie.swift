/// Requests that must be refused and change nothing.
enum ShopLie: String, CaseIterable, Sendable {
    /// Holds seats before being let in; only where there is a room.
    case holdEarly = "a hold before the admission"
    case seatZero = "seat 0"
    case seatBeyond = "seat 10^9"
    case seatTwice = "one seat twice"
    case noSeats = "no seats"
    case tooMany = "more seats than the limit"
    case chargeZero = "a charge of 0"
    case chargeNegative = "a charge of -1"
    case chargeBeyond = "a charge of 2^53 + 1"
    case chargeKeyless = "a charge without a key"
    case payForeign = "another's hold paid"
    case payForged = "a forged hold paid"
    case releaseForeign = "another's hold released"
    /// A payment's key for a charge.
    case otherBody = "one key for another request"

    enum Time: Sendable { case waiting, beforeHold, afterPayment }

    var time: Time {
        switch self {
        case .holdEarly: .waiting
        case .otherBody: .afterPayment
        default: .beforeHold
        }
    }

    /// The one code that refuses it; nil where any 4xx does, for more than one may apply.
    var code: String? { self == .otherBody ? "idempotency_mismatch" : nil }
}
