import Seats
import Values

/// A completed payment; it outlives a cancel.
package struct Payment: Equatable, Sendable {
    package enum State: String, Sendable { case paid, cancelled }

    var id: String
    /// The hold's token.
    var hold: String
    var performance: PerformanceID
    var seats: [Int]
    var amount: Int64
    var state: State
    var paidAt: Timestamp
}

package struct PaymentReceipt: Equatable, Sendable {
    var payment: Payment
    /// The user's points after it.
    var balance: Int64
}

package enum PaymentRefusal: String, Equatable, Sendable {
    case insufficientPoints = "insufficient_points"
    /// The hold is over, released, lost to somebody else or paid already: nothing was charged.
    case holdExpired = "hold_expired"
    /// There is no such coupon, it is not the user's, or it was used.
    case couponNotUsable = "coupon_not_usable"
    case ofAnotherUser = "forbidden"
    case unknownHold = "not_found"
}

package struct CancelReceipt: Equatable, Sendable {
    /// The payment, or the order.
    var payment: String
    var balance: Int64

    package init(payment: String, balance: Int64) {
        self.payment = payment
        self.balance = balance
    }
}

/// What buyers may cancel.
package enum CancelTerms: Equatable, Sendable {
    /// Payments of a performance by one user, nil: any number; before an instant, nil: at any time.
    case performance(perUser: Int64?, until: Timestamp?)
    /// So many orders a day.
    case orders(perDay: Int64)
}

extension Performance {
    var cancelTerms: CancelTerms {
        .performance(perUser: cancelsPerUser, until: cancelUntil)
    }
}

package enum CancelRefusal: Equatable, Sendable {
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
    package init?(rawValue: String) { nil }

    package var rawValue: String {
        switch self {
        case .ofAnotherUser: "forbidden"
        case .unknownPayment: "not_found"
        case .balanceLimit: "balance_limit"
        case .notAllowed: "cancel_not_allowed"
        }
    }
}
