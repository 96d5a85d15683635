import EventLoop
import Redis
import SQL
import Store

/// The stores of one loop. What they remember of performances, coupons and boards they share.
struct BranchStores: Sendable {
    let rooms: RoomStore
    let sales: SaleStore
    let coupons: CouponStore
    let boards: BoardStore
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
        let ledger = SaleLedger(database, sellout: trunk.configuration.selloutFraction)
        let coupons = CouponDirectory(ledger: ledger, on: loop)
        let settings = BoardDirectory(ledger: ledger, on: loop)
        let boards = BoardStore(
            redis: redis,
            settings: settings,
            source: BoardSource(ledger: ledger),
            retainMs: trunk.configuration.retainMs,
            on: loop
        )
        let lists = BoardLists(boards: boards, ledger: ledger, on: loop)
        let rooms = RoomStore(
            redis: redis,
            keeper: trunk.keeper,
            credentials: trunk.secrets.credentials,
            waitingMax: trunk.configuration.waitingMax,
            on: loop
        )
        let stores = BranchStores(
            rooms: rooms,
            sales: sales(trunk, rooms, redis, ledger, coupons, settings, on: loop),
            coupons: CouponStore(
                redis: redis,
                ledger: ledger,
                names: coupons,
                committed: { trunk.relay.nudge() },
                retainMs: trunk.configuration.retainMs,
                on: loop
            ),
            boards: boards,
            boardBook: BoardBook(ledger: ledger, settings: settings, lists: lists, on: loop),
            popular: PopularStore(
                redis: redis,
                boards: boards,
                ledger: ledger,
                relay: trunk.relay,
                on: loop
            ),
            sellouts: SelloutLists(
                ledger: ledger,
                lists: lists,
                settings: settings,
                book: trunk.sellouts,
                on: loop
            ),
            events: OutboxEvents(ledger: ledger, position: trunk.relay.position)
        )
        await stores.rooms.start()
        await stores.coupons.start()
        return stores
    }

    private static func sales(
        _ trunk: Branch.Trunk,
        _ rooms: RoomStore,
        _ redis: RedisConnection,
        _ ledger: SaleLedger,
        _ coupons: CouponDirectory,
        _ boards: BoardDirectory,
        on loop: EventLoop
    ) -> SaleStore {
        let directory = PerformanceDirectory(ledger: ledger, on: loop)
        let seats = SeatStore(
            redis: redis,
            holdKey: trunk.secrets.credentials.ticketKey,
            source: SeatSource(ledger: ledger, directory: directory),
            retainMs: trunk.configuration.retainMs,
            on: loop
        )
        return SaleStore(
            ledger: ledger,
            directory: directory,
            coupons: coupons,
            boards: boards,
            seats: seats,
            rooms: rooms,
            attempts: trunk.attempts,
            committed: { trunk.relay.nudge() },
            on: loop
        )
    }
}
