import EventLoop
import Redis
import Store

/// What a process does by itself, apart from requests, on its first loop: the rooms move, what was
/// committed reaches Redis, what is over is swept.
struct Clockwork: Sendable {
    let keeper: RoomKeeper
    let draws: DrawKeeper
    let relay: OutboxRelay
    /// How fast performances sell; it reads while somebody asks.
    let sellouts: SelloutBook
    private let rankings: RankingClock
    private let rounds: [Rounds]

    static func start(
        _ open: OpenLedger,
        _ secrets: Secrets,
        _ redis: RedisConnection,
        _ retainMs: Int64,
        _ loop: EventLoop
    ) async throws(StartError) -> Clockwork {
        let ledger = SaleLedger(open.database(0))
        let seats = seats(redis, ledger, secrets, retainMs, on: loop)
        let coupons = coupons(redis, ledger, retainMs, on: loop)
        await coupons.start()
        let boards = boards(redis, ledger, retainMs, on: loop)
        let registry = try await rooms(open)
        let keeper = RoomKeeper(redis: redis, registry: registry, retainMs: retainMs, on: loop)
        let draws = DrawKeeper(
            redis: redis,
            registry: keeper.registry,
            credentials: secrets.credentials,
            inUse: { keeper.inUse },
            on: loop
        )
        await keeper.onStock { room async throws(StoreError) in
            try await seats.compare(behind: room)
        }
        let relay = OutboxRelay(
            ledger: ledger,
            consumers: [
                .seats(seats, ledger: ledger), .coupons(coupons, ledger: ledger),
                .boards(boards),
            ],
            on: loop
        )
        let popular = PopularStore(
            redis: redis,
            boards: boards,
            ledger: ledger,
            relay: relay,
            on: loop
        )
        let rounds: [Rounds] = [.housekeeping(ledger, on: loop), .popular(popular, on: loop)]
        let rankings = RankingClock(
            ledger: ledger,
            boards: boards,
            settled: { await relay.delivered(OutboxConsumer.boardsName, withinMs: $0) },
            on: loop
        )
        await keeper.start()
        await draws.start()
        await relay.start()
        await rankings.start()
        for rounds in rounds { await rounds.start() }
        return Clockwork(
            keeper: keeper,
            draws: draws,
            relay: relay,
            sellouts: SelloutBook(ledger: ledger, on: loop),
            rankings: rankings,
            rounds: rounds
        )
    }

    func stop() async {
        await draws.stop()
        await keeper.stop()
        for rounds in rounds { await rounds.stop() }
        await rankings.stop()
        await relay.stop()
    }

    private static func seats(
        _ redis: RedisConnection,
        _ ledger: SaleLedger,
        _ secrets: Secrets,
        _ retainMs: Int64,
        on loop: EventLoop
    ) -> SeatStore {
        let directory = PerformanceDirectory(ledger: ledger, on: loop)
        return SeatStore(
            redis: redis,
            holdKey: secrets.credentials.ticketKey,
            source: SeatSource(ledger: ledger, directory: directory),
            retainMs: retainMs,
            on: loop
        )
    }

    private static func coupons(
        _ redis: RedisConnection,
        _ ledger: SaleLedger,
        _ retainMs: Int64,
        on loop: EventLoop
    ) -> CouponStore {
        CouponStore(
            redis: redis,
            ledger: ledger,
            names: CouponDirectory(ledger: ledger, on: loop),
            committed: {},
            retainMs: retainMs,
            on: loop
        )
    }

    private static func boards(
        _ redis: RedisConnection,
        _ ledger: SaleLedger,
        _ retainMs: Int64,
        on loop: EventLoop
    ) -> BoardStore {
        BoardStore(
            redis: redis,
            settings: BoardDirectory(ledger: ledger, on: loop),
            source: BoardSource(ledger: ledger),
            retainMs: retainMs,
            on: loop
        )
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
