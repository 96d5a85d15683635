import Coupons
import Engines
import EventLoop
import Ledger
import Points
import Rooms
import Seats
import Values

/// Payments as one loop sees them: the ledger for what is true, seats and rooms in Redis are told.
package actor PaymentStore: OnLoop {
    package nonisolated let loop: EventLoop
    let ledger: PaymentLedger
    let attempts: Attempts
    let cancels: Cancels
    let concerts: ConcertStore
    let seats: SeatStore
    let rooms: RoomStore
    let coupons: CouponDirectory
    /// Told after every commit that wrote into the outbox.
    let committed: @Sendable () -> Void

    init(
        ledger: PaymentLedger,
        attempts: Attempts,
        concerts: ConcertStore,
        seats: SeatStore,
        rooms: RoomStore,
        coupons: CouponDirectory,
        committed: @escaping @Sendable () -> Void,
        on loop: EventLoop
    ) {
        self.loop = loop
        self.ledger = ledger
        self.attempts = attempts
        cancels = Cancels(points: PointLedger(ledger.database), attempts: attempts)
        self.concerts = concerts
        self.seats = seats
        self.rooms = rooms
        self.coupons = coupons
        self.committed = committed
    }

    var nowMs: Int64 { loop.clock.wallMs() }

    /// A page of a user's, the newest first. Their holds are over and not named.
    func payments(of user: UserID, _ page: PageRequest = .init())
        async throws(StoreError) -> ListPage<Payment>
    {
        try await ledger.payments(of: user, page).map { $0.payment(hold: "") }
    }
}
