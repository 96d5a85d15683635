import Coupons
import EventLoop
import Ledger
import Payments
import Points
import Rankings
import Redis
import Rooms
import Seats
import Shop
import SQL

/// The stores of one loop. What they remember of performances, coupons and boards they share.
struct LoopStores: Sendable {
    let rooms: RoomStore
    let seats: SeatStore
    let concerts: ConcertStore
    let payments: PaymentStore
    let points: PointStore
    let shop: ShopStore
    let coupons: CouponStore
    let attempts: Attempts
    let boards: BoardStore
    let boardBook: BoardBook
    let popular: PopularStore
    let sellouts: SelloutLists
    let events: OutboxEvents

    static func start(
        _ context: ServerContext,
        redis: RedisConnection,
        database: any Database,
        on loop: EventLoop
    ) async -> LoopStores {
        let stores = LoopStores(context, redis, database, on: loop)
        await stores.rooms.start()
        await stores.coupons.start()
        return stores
    }

    private init(
        _ context: ServerContext,
        _ redis: RedisConnection,
        _ database: any Database,
        on loop: EventLoop
    ) {
        let committed: @Sendable () -> Void = { context.relay.nudge() }
        let retainMs = context.configuration.retainMs
        attempts = Attempts(database, inFlight: context.attempts, on: loop)
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
        rooms = RoomStore(
            redis: redis,
            keeper: context.keeper,
            credentials: context.secrets.credentials,
            waitingMax: context.configuration.waitingMax,
            on: loop
        )
        let seatLedger = SeatLedger(database, sellout: context.configuration.selloutFraction)
        (seats, concerts) = Self.seats(context, redis, seatLedger, committed, on: loop)
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
        let rankings = RankingStores(context, redis, database, committed, on: loop)
        (boards, boardBook) = (rankings.boards, rankings.book)
        (popular, sellouts) = (rankings.popular, rankings.sellouts)
        events = OutboxEvents(Outbox(database), position: context.relay.position)
    }

    private static func seats(
        _ context: ServerContext,
        _ redis: RedisConnection,
        _ ledger: SeatLedger,
        _ committed: @escaping @Sendable () -> Void,
        on loop: EventLoop
    ) -> (SeatStore, ConcertStore) {
        let directory = PerformanceDirectory(ledger: ledger, on: loop)
        let seats = SeatStore(
            redis: redis,
            holdKey: context.secrets.credentials.ticketKey,
            source: SeatSource(ledger: ledger, directory: directory),
            retainMs: context.configuration.retainMs,
            on: loop
        )
        let concerts = ConcertStore(
            ledger: ledger,
            directory: directory,
            seats: seats,
            keeper: context.keeper,
            committed: committed,
            on: loop
        )
        return (seats, concerts)
    }
}

private struct RankingStores {
    let boards: BoardStore
    let book: BoardBook
    let popular: PopularStore
    let sellouts: SelloutLists

    init(
        _ context: ServerContext,
        _ redis: RedisConnection,
        _ database: any Database,
        _ committed: @escaping @Sendable () -> Void,
        on loop: EventLoop
    ) {
        let ledger = RankingLedger(database, sellout: context.configuration.selloutFraction)
        let settings = BoardDirectory(ledger: ledger, on: loop)
        boards = BoardStore(
            redis: redis,
            settings: settings,
            source: BoardSource(ledger: ledger),
            retainMs: context.configuration.retainMs,
            on: loop
        )
        let lists = BoardLists(boards: boards, ledger: ledger, on: loop)
        book = BoardBook(
            ledger: ledger,
            settings: settings,
            lists: lists,
            committed: committed,
            on: loop
        )
        popular = PopularStore(
            redis: redis,
            boards: boards,
            ledger: ledger,
            relay: context.relay,
            on: loop
        )
        sellouts = SelloutLists(
            ledger: ledger,
            lists: lists,
            settings: settings,
            book: context.sellouts,
            on: loop
        )
    }
}
