import HTTP
import Onsale
import Values

/// Why nothing was sold.
enum SaleRefusal: Error, Equatable {
    case notAdmitted
    /// Seats that are somebody else's, ascending.
    case seatsTaken([Int])
    /// The most seats that one user may have.
    case seatLimit(Int)
    case soldOut
    case insufficientPoints
    case holdExpired
    /// There is not so much left of this product.
    case outOfStock(ProductID)
    case couponNotUsable
    case balanceLimit
    /// What buyers may cancel.
    case cancelNotAllowed(CancelTerms)
    /// Of a charge: by whom, or of how much, is another's to know.
    case referenceUsed
    /// Somebody is at it right now; what it comes to is known in a moment.
    case inProgress(String)
    case idempotencyMismatch

    var problem: Problem {
        switch self {
        case .notAdmitted:
            Problem(
                403,
                "not_admitted",
                "Not Admitted",
                "Seats are held from inside the performance's room, once it is open."
            )
        case .seatsTaken(let seats):
            Problem(
                409,
                "seats_taken",
                "Seats Taken",
                "Somebody else has \(seatList(seats)); nothing was held.",
                member: ("taken", Array("[\(seatList(seats, separator: ","))]".utf8))
            )
        case .seatLimit(let seats):
            Problem(
                409,
                "seat_limit",
                "Seat Limit",
                "One user may hold and have bought \(seats) seats of this performance in all."
            )
        case .soldOut: Problem(410, "performance_sold_out", "Sold Out", "Every seat is sold.")
        case .insufficientPoints:
            Problem(402, "insufficient_points", "Insufficient Points", "The balance is too low.")
        case .holdExpired:
            Problem(
                409,
                "hold_expired",
                "Hold Expired",
                "The hold is over, released or paid already; nothing was charged."
            )
        case .outOfStock(let product):
            Problem(
                409,
                "out_of_stock",
                "Out Of Stock",
                "There is not so much left of \(product); nothing was changed.",
                member: ("product", Array("\"\(product)\"".utf8))
            )
        case .couponNotUsable:
            Problem(
                409,
                "coupon_not_usable",
                "Coupon Not Usable",
                "It is not there, not yours, was used before, or would take nothing off; "
                    + "nothing was charged."
            )
        case .cancelNotAllowed(let terms):
            Problem(
                409,
                "cancel_not_allowed",
                "Cancel Not Allowed",
                terms.text,
                member: ("allowed", terms.json)
            )
        case .balanceLimit:
            Problem(409, "balance_limit", "Balance Limit", "The balance would pass 2^53.")
        case .referenceUsed:
            Problem(
                409,
                "reference_used",
                "Reference Used",
                "The reference is that of another charge; nothing was added."
            )
        case .inProgress(let detail):
            Problem(409, "in_progress", "In Progress", detail, .retrySoon)
        case .idempotencyMismatch:
            Problem(
                422,
                "idempotency_mismatch",
                "Idempotency Mismatch",
                "This Idempotency-Key was sent before with another request."
            )
        }
    }
}

/// `1, 2, 3`
func seatList(_ seats: [Int], separator: String = ", ") -> String {
    seats.map(String.init).joined(separator: separator)
}
