public import SQL

/// Payments in SQL: entries over seats, coupons and points.
public struct PaymentLedger: Ledger {
    let seats: SeatLedger

    public var database: any Database { seats.database }

    public init(_ seats: SeatLedger) { self.seats = seats }
}
