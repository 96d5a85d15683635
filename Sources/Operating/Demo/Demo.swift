import Capability
import Coupons
import Payments
import Points
import Rooms
import Seats
import Shop

/// What moves by itself with `--demo`, on the first loop.
package struct Demo: Sendable {
    private let crowd: DemoCrowd
    private let shop: DemoShop
    private let sales: DemoSales

    package init(in context: LoopContext) {
        let stores = DemoStores(in: context)
        crowd = DemoCrowd(stores, on: context.loop)
        shop = DemoShop(stores, on: context.loop)
        sales = DemoSales(stores, on: context.loop)
    }

    package func start() async {
        await crowd.start()
        await shop.start()
        await sales.start()
    }

    package func stop() async {
        await crowd.stop()
        await shop.stop()
        await sales.stop()
    }
}

/// The stores that synthetic visitors use.
struct DemoStores: Sendable {
    let rooms: RoomStore
    let settings: RoomSettingsStore
    let concerts: ConcertStore
    let seats: SeatStore
    let payments: PaymentStore
    let points: PointStore
    let shop: ShopStore
    let coupons: CouponStore

    init(in context: LoopContext) {
        let seats = context[SeatHandlers.self]
        let line = context[RoomHandlers.self]
        (rooms, settings) = (line.store, line.settings)
        concerts = seats.concertStore
        self.seats = seats.seatStore
        payments = context[PaymentHandlers.self].paymentStore
        points = context[PointHandlers.self].pointStore
        shop = context[ShopHandlers.self].shopStore
        coupons = context[CouponHandlers.self].coupons
    }
}
