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
        let database = open.database(0)
        let seatLedger = SeatLedger(database)
        let couponLedger = CouponLedger(database)
        let rankingLedger = RankingLedger(database)
        let seats = seats(redis, seatLedger, secrets, retainMs, on: loop)
        let coupons = coupons(redis, couponLedger, retainMs, on: loop)
        await coupons.start()
        let boards = boards(redis, rankingLedger, retainMs, on: loop)
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
            Outbox(database),
            consumers: [
                .seats(seats, ledger: seatLedger), .coupons(coupons, ledger: couponLedger),
                .boards(boards),
            ],
            on: loop
        )
        let popular = PopularStore(
            redis: redis,
            boards: boards,
            ledger: rankingLedger,
            relay: relay,
            on: loop
        )
        let attempts = Attempts(database, inFlight: AttemptsInFlight(), on: loop)
        let pruned: [any Pruned] = [attempts, rankingLedger]
        let rounds: [Rounds] = [.housekeeping(pruned, on: loop), .popular(popular, on: loop)]
        let rankings = RankingClock(
            ledger: rankingLedger,
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
            sellouts: SelloutBook(ledger: rankingLedger, on: loop),
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
        _ ledger: SeatLedger,
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
        _ ledger: CouponLedger,
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
        _ ledger: RankingLedger,
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
