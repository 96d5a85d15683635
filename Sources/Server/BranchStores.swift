import EventLoop
import Redis
import SQL
import Store

/// The stores of one loop. What they remember of performances, coupons and boards they share.
struct BranchStores: Sendable {
    let rooms: RoomStore
    let seats: SeatStore
    let concerts: ConcertStore
    let payments: PaymentStore
    let points: PointStore
    let shop: ShopStore
    let coupons: CouponStore
    let boardBook: BoardBook
    let popular: PopularStore
    let sellouts: SelloutLists
    let events: OutboxEvents

    static func start(
        _ trunk: Branch.Trunk,
        redis: RedisConnection,
        database: any Database,
        on loop: EventLoop
    ) async -> BranchStores {
        let stores = BranchStores(trunk, redis, database, on: loop)
        await stores.rooms.start()
        await stores.coupons.start()
        return stores
    }

    private init(
        _ trunk: Branch.Trunk,
        _ redis: RedisConnection,
        _ database: any Database,
        on loop: EventLoop
    ) {
        let retainMs = trunk.configuration.retainMs
        let committed: @Sendable () -> Void = { trunk.relay.nudge() }
        let attempts = Attempts(database, inFlight: trunk.attempts, on: loop)
        rooms = RoomStore(
            redis: redis,
            keeper: trunk.keeper,
            credentials: trunk.secrets.credentials,
            waitingMax: trunk.configuration.waitingMax,
            on: loop
        )
        let seatLedger = SeatLedger(database, sellout: trunk.configuration.selloutFraction)
        let performances = PerformanceDirectory(ledger: seatLedger, on: loop)
        seats = SeatStore(
            redis: redis,
            holdKey: trunk.secrets.credentials.ticketKey,
            source: SeatSource(ledger: seatLedger, directory: performances),
            retainMs: retainMs,
            on: loop
        )
        concerts = ConcertStore(
            ledger: seatLedger,
            directory: performances,
            seats: seats,
            keeper: trunk.keeper,
            committed: committed,
            on: loop
        )
        let couponLedger = CouponLedger(database)
        let couponNames = CouponDirectory(ledger: couponLedger, on: loop)
        coupons = CouponStore(
            redis: redis,
            ledger: couponLedger,
            names: couponNames,
            committed: committed,
            retainMs: retainMs,
            on: loop
        )
        points = PointStore(ledger: PointLedger(database), attempts: attempts, on: loop)
        payments = PaymentStore(
            ledger: PaymentLedger(seatLedger),
            attempts: attempts,
            concerts: concerts,
            seats: seats,
            rooms: rooms,
            coupons: couponNames,
            committed: committed,
            on: loop
        )
        shop = ShopStore(
            ledger: ShopLedger(database),
            attempts: attempts,
            coupons: couponNames,
            committed: committed,
            on: loop
        )
        let rankings = Self.rankings(trunk, redis, database, committed: committed, on: loop)
        (boardBook, popular, sellouts) = (rankings.book, rankings.popular, rankings.sellouts)
        events = OutboxEvents(Outbox(database), position: trunk.relay.position)
    }

    private static func rankings(
        _ trunk: Branch.Trunk,
        _ redis: RedisConnection,
        _ database: any Database,
        committed: @escaping @Sendable () -> Void,
        on loop: EventLoop
    ) -> (book: BoardBook, popular: PopularStore, sellouts: SelloutLists) {
        let ledger = RankingLedger(database, sellout: trunk.configuration.selloutFraction)
        let settings = BoardDirectory(ledger: ledger, on: loop)
        let boards = BoardStore(
            redis: redis,
            settings: settings,
            source: BoardSource(ledger: ledger),
            retainMs: trunk.configuration.retainMs,
            on: loop
        )
        let lists = BoardLists(boards: boards, ledger: ledger, on: loop)
        let book = BoardBook(
            ledger: ledger,
            settings: settings,
            lists: lists,
            committed: committed,
            on: loop
        )
        let popular = PopularStore(
            redis: redis,
            boards: boards,
            ledger: ledger,
            relay: trunk.relay,
            on: loop
        )
        let sellouts = SelloutLists(
            ledger: ledger,
            lists: lists,
            settings: settings,
            book: trunk.sellouts,
            on: loop
        )
        return (book, popular, sellouts)
    }
}
