import Ledger
import Seats
import SQL

/// Payments in SQL: entries over seats, coupons and points.
struct PaymentLedger: Ledger {
    let seats: SeatLedger

    var database: any Database { seats.database }

    init(_ seats: SeatLedger) { self.seats = seats }
}
