import Capability
import Coupons
import Points
import Rooms
import Seats
import Site

extension PaymentHandlers: Capability {
    package static let counted: [Counts.Kind] = [.paid, .cancelled]

    package convenience init(in house: House) {
        let seats = house[SeatHandlers.self]
        let store = PaymentStore(
            ledger: PaymentLedger(seats.ledger),
            attempts: house.attempts,
            concerts: seats.concertStore,
            seats: seats.seatStore,
            rooms: house[RoomHandlers.self].store,
            coupons: house[CouponHandlers.self].coupons.names,
            committed: house.committed,
            on: house.loop
        )
        self.init(
            site: house.site,
            seats: seats,
            paymentStore: store,
            pointStore: house[PointHandlers.self].pointStore
        )
    }
}

extension Counts.Kind {
    static let paid = Counts.Kind("paid")
    /// Payments, and orders.
    static let cancelled = Counts.Kind("cancelled")
}
