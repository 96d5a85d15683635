import Values

/// Seats that the ledger gave to one payment.
package struct SeatSale: Equatable, Sendable {
    var payment: String
    var performance: PerformanceID
    var user: UserID
    package var seats: [Int]

    package init(payment: String, performance: PerformanceID, user: UserID, seats: [Int]) {
        self.payment = payment
        self.performance = performance
        self.user = user
        self.seats = seats
    }
}

/// What the ledger did to seats, as its outbox tells it.
package struct SeatEvent: Equatable, Sendable {
    package enum Kind: Sendable { case sold, freed }

    /// The row's number in the outbox.
    var number: Int64
    /// When it was decided, ms; 0: unknown.
    var atMs: Int64 = 0
    var kind: Kind
    var sale: SeatSale
}

/// What is left of a performance, for the room in front of it.
struct PerformanceStock: Equatable, Sendable {
    var performance: PerformanceID
    /// Free and held.
    var unsold: Int
    var sold: Int
    /// Payments behind the sold seats.
    var payments: Int
}
