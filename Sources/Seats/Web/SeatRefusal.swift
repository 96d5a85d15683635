import Site

/// Why no seat is held, or what is held cannot be paid.
package enum SeatRefusal: CapabilityRefusal, Equatable {
    case notAdmitted
    /// Seats that are somebody else's, ascending.
    case seatsTaken([Int])
    /// The most seats that one user may have.
    case seatLimit(Int)
    case soldOut
    case holdExpired

    package var problem: Problem {
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
        case .holdExpired:
            Problem(
                409,
                "hold_expired",
                "Hold Expired",
                "The hold is over, released or paid already; nothing was charged."
            )
        }
    }
}

extension Refusal {
    package static func seat(_ refusal: SeatRefusal) -> Refusal { .capability(refusal) }
}

/// `1, 2, 3`
func seatList(_ seats: [Int], separator: String = ", ") -> String {
    seats.map(String.init).joined(separator: separator)
}
