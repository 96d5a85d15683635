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

    package init(in house: House) {
        let stores = DemoStores(in: house)
        crowd = DemoCrowd(stores, on: house.loop)
        shop = DemoShop(stores, on: house.loop)
        sales = DemoSales(stores, on: house.loop)
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

    init(in house: House) {
        let seats = house[SeatHandlers.self]
        let line = house[RoomHandlers.self]
        (rooms, settings) = (line.store, line.settings)
        concerts = seats.concertStore
        self.seats = seats.seatStore
        payments = house[PaymentHandlers.self].paymentStore
        points = house[PointHandlers.self].pointStore
        shop = house[ShopHandlers.self].shopStore
        coupons = house[CouponHandlers.self].coupons
    }
}
