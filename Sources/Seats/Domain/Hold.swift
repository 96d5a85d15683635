public import Values

/// Seats that are one user's to pay until an instant.
public struct Hold: Equatable, Sendable {
    /// Opaque; says all that is here, authenticated, so that it can be paid while Redis is away.
    public var token: String
    public var performance: PerformanceID
    /// Ascending, each once.
    public var seats: [Int]
    public var amount: Int64
    /// Milliseconds since 1970, by Redis's clock.
    public var expiresMs: Int64

    public init(
        token: String,
        performance: PerformanceID,
        seats: [Int],
        amount: Int64,
        expiresMs: Int64
    ) {
        self.token = token
        self.performance = performance
        self.seats = seats
        self.amount = amount
        self.expiresMs = expiresMs
    }
}

/// What became of one attempt to hold seats. Losing a race is an outcome, not an error.
public enum HoldOutcome: Equatable, Sendable {
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
public enum ReleaseOutcome: Equatable, Sendable {
    case released
    /// It had ended, was released before, or is paid: nothing to release.
    case wasOver
    /// Its payment is under way: it can no longer be given back.
    case isBeingPaid
    case ofAnotherUser
    /// Not a hold of this server.
    case unknown
}

public enum SeatState: UInt8, Sendable {
    case free = 0x66  // f
    case held = 0x68  // h
    case sold = 0x73  // s

    public var name: StaticString {
        switch self {
        case .free: "free"
        case .held: "held"
        case .sold: "sold"
        }
    }
}

/// All seats of a performance at one instant.
public struct SeatMap: Equatable, Sendable {
    public var performance: PerformanceID
    public var price: Int64
    /// A byte a seat, seat 1 first: `SeatState`'s raw values.
    public var states: [UInt8]
    /// Changes with every change of any seat or price, and is never used twice.
    public var version: String

    public init(performance: PerformanceID, price: Int64, states: [UInt8], version: String) {
        self.performance = performance
        self.price = price
        self.states = states
        self.version = version
    }
}

public enum SeatMapOutcome: Equatable, Sendable {
    case map(SeatMap)
    /// The caller's version is still the present one.
    case unchanged
    case unknownPerformance
}
