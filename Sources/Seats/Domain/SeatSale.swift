public import Values

/// Seats that the ledger gave to one payment.
public struct SeatSale: Equatable, Sendable {
    public var payment: String
    public var performance: PerformanceID
    public var user: UserID
    public var seats: [Int]

    public init(payment: String, performance: PerformanceID, user: UserID, seats: [Int]) {
        self.payment = payment
        self.performance = performance
        self.user = user
        self.seats = seats
    }
}

/// What the ledger did to seats, as its outbox tells it.
public struct SeatEvent: Equatable, Sendable {
    public enum Kind: Sendable { case sold, freed }

    /// The row's number in the outbox.
    public var number: Int64
    /// When it was decided, ms; 0: unknown.
    public var atMs: Int64
    public var kind: Kind
    public var sale: SeatSale

    public init(number: Int64, atMs: Int64 = 0, kind: Kind, sale: SeatSale) {
        self.number = number
        self.atMs = atMs
        self.kind = kind
        self.sale = sale
    }
}

/// What is left of a performance, for the room in front of it.
public struct PerformanceStock: Equatable, Sendable {
    public var performance: PerformanceID
    /// Free and held.
    public var unsold: Int
    public var sold: Int
    /// Payments behind the sold seats.
    public var payments: Int

    public init(performance: PerformanceID, unsold: Int, sold: Int, payments: Int) {
        self.performance = performance
        self.unsold = unsold
        self.sold = sold
        self.payments = payments
    }
}
