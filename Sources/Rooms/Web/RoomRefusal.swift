import HTTP
import Site

/// Why a room does not take a visitor in.
enum RoomRefusal: CapabilityRefusal, Equatable {
    case ticketInvalid(String)
    /// The door of a room is closed to this visitor; where its line is entered.
    case notInside(waitingPage: String)
    case closed
    case soldOut
    /// Of somebody who keeps their place.
    case soldOutInLine
    case full

    var problem: Problem {
        switch self {
        case .notInside(let waitingPage): ForwardAuth.problem(waitingPage)
        case .ticketInvalid(let detail): Problem(403, "ticket_invalid", "Ticket Invalid", detail)
        case .closed: Problem(409, "room_closed", "Room Closed", "The room is closed.")
        case .soldOut:
            Problem(410, "room_sold_out", "Sold Out", "There is nothing left to wait for.")
        case .soldOutInLine:
            Problem(
                410,
                "room_sold_out",
                "Sold Out",
                "Nothing is left now. The place in line stays: if something comes back, those in "
                    + "line are let in first.",
                .retryWhenSoldOut
            )
        case .full:
            Problem(
                429,
                "room_full",
                "Room Full",
                "As many stand in line as this server takes.",
                .retryWhenFull
            )
        }
    }
}

extension Refusal {
    static func room(_ refusal: RoomRefusal) -> Refusal { .capability(refusal) }
}

extension HTTPHeader {
    /// As rarely as the line of a sold-out room is expected to ask (`PollInterval`).
    static let retryWhenSoldOut = HTTPHeader("Retry-After", "\(soldOutSeconds)")
    static let soldOutSeconds = 30
}
