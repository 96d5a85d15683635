import Values

/// Seats that are one user's to pay until an instant.
package struct Hold: Equatable, Sendable {
    /// Opaque; says all that is here, authenticated, so that it can be paid while Redis is away.
    package var token: String
    var performance: PerformanceID
    /// Ascending, each once.
    var seats: [Int]
    package var amount: Int64
    /// Milliseconds since 1970, by Redis's clock.
    var expiresMs: Int64
}

/// What became of one attempt to hold seats. Losing a race is an outcome, not an error.
package enum HoldOutcome: Equatable, Sendable {
    case held(Hold)
    /// Somebody else's, ascending.
    case taken([Int])
    /// The user would have more than `limit`.
    case overLimit(Int)
    /// The user is not inside the performance's room, or it is not open yet.
    case notAdmitted
    case soldOut
    /// Seats that the performance does not have, ascending.
    case unknownSeats([Int])
    case unknownPerformance
}

/// What became of a request to give a hold back.
package enum ReleaseOutcome: Equatable, Sendable {
    case released
    /// It had ended, was released before, or is paid: nothing to release.
    case wasOver
    /// Its payment is under way: it can no longer be given back.
    case isBeingPaid
    case ofAnotherUser
    /// Not a hold of this server.
    case unknown
}

enum SeatState: UInt8, Sendable {
    case free = 0x66  // f
    case held = 0x68  // h
    case sold = 0x73  // s

    var name: StaticString {
        switch self {
        case .free: "free"
        case .held: "held"
        case .sold: "sold"
        }
    }
}

/// All seats of a performance at one instant.
struct SeatMap: Equatable, Sendable {
    var performance: PerformanceID
    var price: Int64
    /// A byte a seat, seat 1 first: `SeatState`'s raw values.
    var states: [UInt8]
    /// Changes with every change of any seat or price, and is never used twice.
    var version: String
}

enum SeatMapOutcome: Equatable, Sendable {
    case map(SeatMap)
    /// The caller's version is still the present one.
    case unchanged
    case unknownPerformance
}
