/// One request of a buyer. `key` counts the buyer's idempotency keys; the same number is the same
/// key.
enum Errand: Hashable, Sendable {
    case look
    case balance
    case charge(Int, key: Int)
    case hold([Int])
    case release
    case pay(key: Int)
    case cancel(key: Int)
    case lie(ShopLie)

    var key: Int? {
        switch self {
        case .charge(_, let key), .pay(let key), .cancel(let key): key
        case .look, .balance, .hold, .release, .lie: nil
        }
    }

    /// Whose latency it counts for; what is refused by design counts for nothing.
    var endpoint: Endpoint? {
        switch self {
        case .look: .map
        case .balance: .points
        case .charge: .charge
        case .hold: .hold
        case .release: .release
        case .pay: .pay
        case .cancel: .cancel
        case .lie: nil
        }
    }
}

/// One answer to an errand. The instants are bounds as in `Observation`.
struct Deed: Sendable {
    var visitor: Int
    var errand: Errand
    /// The hold's token for a payment and a release, the payment for a cancel.
    var subject = ""
    var sentNs: Int64
    var receivedNs: Int64
    var reply: ShopReply
}
