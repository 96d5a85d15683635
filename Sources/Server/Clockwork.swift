import EventLoop
import Redis
import Store

/// What a process does by itself, apart from requests, on its first loop: the rooms move, what was
/// committed reaches Redis, what is over is swept.
struct Clockwork: Sendable {
    let keeper: RoomKeeper
    let relay: OutboxRelay
    /// How fast performances sell; it reads while somebody asks.
    let sellouts: SelloutBook
    private let housekeeping: Housekeeping
    private let popular: PopularClock

    static func start(
        _ open: OpenLedger,
        _ secrets: Secrets,
        _ redis: RedisConnection,
        on loop: EventLoop
    ) async throws(StartError) -> Clockwork {
        let ledger = SaleLedger(open.database(0))
        let directory = PerformanceDirectory(ledger: ledger, on: loop)
        let seats = SeatStore(
            redis: redis,
            holdKey: secrets.credentials.ticketKey,
            source: SeatSource(ledger: ledger, directory: directory),
            on: loop
        )
        let coupons = CouponStore(
            redis: redis,
            ledger: ledger,
            names: CouponDirectory(ledger: ledger, on: loop),
            committed: {},
            on: loop
        )
        await coupons.start()
        let boards = BoardStore(
            redis: redis,
            settings: BoardDirectory(ledger: ledger, on: loop),
            source: BoardSource(ledger: ledger),
            on: loop
        )
        let keeper = RoomKeeper(redis: redis, registry: try await rooms(open), on: loop)
        await keeper.onRestored { await seats.prepare(behind: $0, ledger: ledger) }
        let relay = OutboxRelay(
            ledger: ledger,
            consumers: [
                .seats(seats, ledger: ledger), .coupons(coupons, ledger: ledger),
                .boards(boards),
            ],
            on: loop
        )
        let housekeeping = Housekeeping(ledger: ledger, on: loop)
        let popular = PopularClock(
            PopularStore(redis: redis, boards: boards, ledger: ledger, relay: relay, on: loop),
            on: loop
        )
        await keeper.start()
        await relay.start()
        await housekeeping.start()
        await popular.start()
        return Clockwork(
            keeper: keeper,
            relay: relay,
            sellouts: SelloutBook(ledger: ledger, on: loop),
            housekeeping: housekeeping,
            popular: popular
        )
    }

    func stop() async {
        await keeper.stop()
        await housekeeping.stop()
        await popular.stop()
        await relay.stop()
    }

    /// The rooms that the ledger knows.
    private static func rooms(_ open: OpenLedger) async throws(StartError) -> RoomRegistry {
        do {
            return try await RoomRegistry(ledger: RoomLedger(open.database(0)))
        } catch {
            throw StartError(line: "the rooms cannot be read from the ledger: \(error)")
        }
    }
}
