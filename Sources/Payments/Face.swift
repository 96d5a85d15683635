import Capability
import Coupons
import Points
import Rooms
import Seats
import Site

extension PaymentHandlers: Capability {
    package static let counted: [Counts.Kind] = [.paid, .cancelled]

    package convenience init(in context: LoopContext) {
        let seats = context[SeatHandlers.self]
        let store = PaymentStore(
            ledger: PaymentLedger(seats.ledger),
            attempts: context.attempts,
            concerts: seats.concertStore,
            seats: seats.seatStore,
            rooms: context[RoomHandlers.self].store,
            coupons: context[CouponHandlers.self].coupons.names,
            committed: context.committed,
            on: context.loop
        )
        self.init(
            site: context.site,
            seats: seats,
            paymentStore: store,
            pointStore: context[PointHandlers.self].pointStore
        )
    }
}

extension Counts.Kind {
    static let paid = Counts.Kind("paid")
    /// Payments, and orders.
    static let cancelled = Counts.Kind("cancelled")
}
