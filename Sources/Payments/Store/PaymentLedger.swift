import Ledger
import Seats
import SQL

/// Payments in SQL: entries over seats, coupons and points.
package struct PaymentLedger: Ledger {
    let seats: SeatLedger

    package var database: any Database { seats.database }

    package init(_ seats: SeatLedger) { self.seats = seats }
}
