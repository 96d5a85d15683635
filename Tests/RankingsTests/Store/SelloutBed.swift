import EventLoop
import Redis
import TestRedis
import Testing
import Values

@testable import Engines
@testable import Ledger
@testable import Rankings
@testable import TestKit
@testable import TestLedger

/// A ledger, the boards that are made of it, and the lists of sell-outs; time is the bed's own.
struct SelloutBed: Sendable {
    let bed: OutboxBed
    let server: TestRedis
    let redis: RedisConnection
    let boards: BoardStore
    let book: SelloutBook
    let lists: SelloutLists
    private let settings: BoardDirectory
    private let time: VirtualTime

    static let dayMs: Int64 = 86_400_000
    /// 2027-01-15 12:00 UTC, a Friday, and half a second: the middle of the seconds in which the
    /// book counts.
    static let noonMs: Int64 = VirtualTime.startMs / dayMs * dayMs + dayMs / 2 + 500

    var ledger: RankingLedger { bed.ledger }
    var loop: EventLoop { bed.sides[0].loop }

    static func with(
        _ engine: Engine,
        fraction: SelloutFraction = .usual,
        _ body: @Sendable (SelloutBed) async throws -> Void
    ) async throws {
        let time = VirtualTime()
        try await OutboxBed.with(engine, clock: time.clock) { bed in
            let made = try await SelloutBed(bed, time, fraction)
            do {
                try await body(made)
                await made.stop()
            } catch {
                await made.stop()
                throw error
            }
        }
    }

    private init(_ bed: OutboxBed, _ time: VirtualTime, _ fraction: SelloutFraction) async throws {
        self.bed = bed
        self.time = time
        let loop = bed.sides[0].loop
        server = try TestRedis()
        let scripts = BoardScripts(edit: RedisClock.clocked)
        redis = try await server.connection(scripts.all, on: loop)
        let ledger = RankingLedger(bed.database)
        settings = BoardDirectory(ledger: ledger, on: loop)
        boards = BoardStore(
            redis: redis,
            settings: settings,
            source: BoardSource(ledger: ledger),
            scripts: scripts,
            on: loop
        )
        book = SelloutBook(ledger: ledger, on: loop)
        lists = SelloutLists(
            ledger: ledger,
            fraction: fraction,
            lists: BoardLists(boards: boards, ledger: ledger, on: loop),
            settings: settings,
            book: book,
            on: loop
        )
        try await set(Self.noonMs)
    }

    private func stop() async {
        await redis.close()
        server.stop()
    }

    /// It is `ms` now, here and in Redis.
    func set(_ ms: Int64) async throws {
        time.set(ms)
        try await RedisClock.set(ms, in: redis)
    }

    /// Only here: Redis is away.
    func setHere(_ ms: Int64) { time.set(ms) }

    /// Everything that was committed comes to the boards.
    func deliver() async throws {
        let outbox = bed.outbox
        while try await outbox.number().isMore {}
        let consumer = OutboxConsumer.boards(boards)
        while true {
            let (_, events) = try await outbox.events(for: consumer.name)
            guard let last = events.last else { return }
            try await consumer.apply(events)
            try await outbox.advance(consumer.name, to: last.number)
        }
    }

    func list(_ order: SelloutOrder = .t90, _ window: BoardWindow = .all)
        async throws -> SelloutList
    {
        try #require(try await lists.list(by: order, window))
    }

    /// As `eve 12, day 3`.
    func text(_ order: SelloutOrder = .t90, _ window: BoardWindow = .all) async throws -> String {
        try await list(order, window).text
    }

    func put(windows: [BoardWindow]) async throws {
        var change = BoardChange()
        change.windows = windows
        _ = try await ledger.put(change, of: .concerts, atMs: Self.noonMs)
        await settings.forget(.concerts)
    }
}

extension SelloutList {
    var text: String {
        #expect(entries.map(\.rank) == Array(1..<entries.count + 1))
        return entries.map { "\($0.performance) \($0.soldOutCount)" }.joined(separator: ", ")
    }
}
