public import Values

/// A completed payment; it outlives a cancel.
public struct Payment: Equatable, Sendable {
    public enum State: String, Sendable { case paid, cancelled }

    public var id: String
    /// The hold's token.
    public var hold: String
    public var performance: PerformanceID
    public var seats: [Int]
    public var amount: Int64
    public var state: State
    public var paidAt: Timestamp

    public init(
        id: String,
        hold: String,
        performance: PerformanceID,
        seats: [Int],
        amount: Int64,
        state: State,
        paidAt: Timestamp
    ) {
        self.id = id
        self.hold = hold
        self.performance = performance
        self.seats = seats
        self.amount = amount
        self.state = state
        self.paidAt = paidAt
    }
}

public struct PaymentReceipt: Equatable, Sendable {
    public var payment: Payment
    /// The user's points after it.
    public var balance: Int64

    public init(payment: Payment, balance: Int64) {
        self.payment = payment
        self.balance = balance
    }
}

public enum PaymentRefusal: String, Equatable, Sendable {
    case insufficientPoints = "insufficient_points"
    /// The hold is over, released, lost to somebody else or paid already: nothing was charged.
    case holdExpired = "hold_expired"
    /// There is no such coupon, it is not the user's, or it was used.
    case couponNotUsable = "coupon_not_usable"
    case ofAnotherUser = "forbidden"
    case unknownHold = "not_found"
}

public struct CancelReceipt: Equatable, Sendable {
    /// The payment, or the order.
    public var payment: String
    public var balance: Int64

    public init(payment: String, balance: Int64) {
        self.payment = payment
        self.balance = balance
    }
}

/// What buyers may cancel.
public enum CancelTerms: Equatable, Sendable {
    /// Payments of a performance by one user, nil: any number; before an instant, nil: at any time.
    case performance(perUser: Int64?, until: Timestamp?)
    /// So many orders a day.
    case orders(perDay: Int64)
}

extension Performance {
    public var cancelTerms: CancelTerms {
        .performance(perUser: cancelsPerUser, until: cancelUntil)
    }
}

public enum CancelRefusal: Equatable, Sendable {
    case ofAnotherUser
    /// There is no such payment, or order.
    case unknownPayment
    /// The refund would carry the balance beyond 2^53.
    case balanceLimit
    /// This is all that buyers may cancel.
    case notAllowed(CancelTerms)
}

/// None is kept as the answer to a key: the operator may change what stands against it.
extension CancelRefusal: RawRepresentable {
    public init?(rawValue: String) { nil }

    public var rawValue: String {
        switch self {
        case .ofAnotherUser: "forbidden"
        case .unknownPayment: "not_found"
        case .balanceLimit: "balance_limit"
        case .notAllowed: "cancel_not_allowed"
        }
    }
}
