import EventLoop
import Redis
import SQL
import Synchronization
import TestRedis
import Testing
import Values

@testable import Engines
@testable import Ledger
@testable import Rankings
@testable import TestKit
@testable import TestLedger

/// Processes' worth of boards: a ledger, its relay, Redis, and who reads. Time is the bed's own.
final class BookBed: Sendable {
    struct Side: Sendable {
        let loop: EventLoop
        let redis: RedisConnection
        let ledger: RankingLedger
        let leak: LeakyLedger
        let settings: BoardDirectory
        let boards: BoardStore
        let relay: OutboxRelay
        let book: BoardBook
        let clock: RankingClock
    }

    /// 2027-01-15 08:00 UTC, a Friday: Redis's own clock is before it, and removes nothing.
    static let startMs = VirtualTime.startMs
    static let hourMs: Int64 = 3_600_000
    static let dayMs: Int64 = 24 * hourMs
    static let game: BoardID = {
        guard let id = BoardID("game") else { preconditionFailure("a name") }
        return id
    }()

    let server: TestRedis
    let sides: [Side]
    private let place: TestLedger
    private let time = VirtualTime()
    private let clockMs = Mutex<Int64>(startMs)
    private let events = Mutex(0)
    private let heard = Heard()

    /// What the ledger was asked, piece by piece.
    private final class Heard: Sendable {
        let pieces = Mutex<[String]>([])
    }

    private init(
        _ engine: Engine,
        sides count: Int,
        _ windows: [BoardWindow],
        _ zone: String,
        _ edit: @escaping @Sendable (String) -> String
    ) async throws {
        server = try TestRedis()
        place = try await TestLedger(engine)
        let scripts = BoardScripts { RedisClock.clocked($0) }
        var made: [Side] = []
        for _ in 0..<count {
            let loop = EventLoop.start(clock: time.clock)
            let redis = try await server.connection(scripts.all, on: loop)
            let leak = LeakyLedger(try await place.open(on: loop))
            let ledger = RankingLedger(
                EditedLedger(leak) { [heard] piece in
                    heard.pieces.withLock { $0.append(piece) }
                    return edit(piece)
                }
            )
            made.append(await Self.side(redis, ledger, leak, scripts, on: loop))
        }
        sides = made
        var change = BoardChange()
        (change.windows, change.timeZone) = (windows, zone)
        _ = try await ledger.put(change, of: Self.game, atMs: 0)
        try await set(clockMs: Self.startMs)
        for side in sides { await side.relay.start() }
    }

    private static func side(
        _ redis: RedisConnection,
        _ ledger: RankingLedger,
        _ leak: LeakyLedger,
        _ scripts: BoardScripts,
        on loop: EventLoop
    ) async -> Side {
        let settings = BoardDirectory(ledger: ledger, on: loop)
        let boards = BoardStore(
            redis: redis,
            settings: settings,
            source: BoardSource(ledger: ledger),
            scripts: scripts,
            on: loop
        )
        let relay = OutboxRelay(
            Outbox(ledger.database),
            consumers: [.boards(boards)],
            on: loop
        )
        return Side(
            loop: loop,
            redis: redis,
            ledger: ledger,
            leak: leak,
            settings: settings,
            boards: boards,
            relay: relay,
            book: BoardBook(
                ledger: ledger,
                settings: settings,
                lists: BoardLists(boards: boards, ledger: ledger, on: loop),
                committed: {},
                on: loop
            ),
            clock: RankingClock(
                ledger: ledger,
                boards: boards,
                settled: { await relay.delivered(OutboxConsumer.boardsName, withinMs: $0) },
                on: loop
            )
        )
    }

    var ledger: RankingLedger { sides[0].ledger }
    var book: BoardBook { sides[0].book }
    var nowMs: Int64 { clockMs.withLock { $0 } }

    // MARK: Time

    func set(clockMs ms: Int64) async throws {
        clockMs.withLock { $0 = ms }
        time.set(ms)
        try await RedisClock.set(ms, in: sides[0].redis)
    }

    func pass(_ ms: Int64) async throws { try await set(clockMs: nowMs + ms) }

    /// As `pass`, while Redis is away: when it comes back it has no time.
    func passWithoutRedis(_ ms: Int64) async throws {
        clockMs.withLock { $0 += ms }
        time.set(nowMs)
    }

    /// Redis loses everything but the time.
    func flush() async throws {
        _ = try await sides[0].redis.send("FLUSHALL")
        try await set(clockMs: nowMs)
    }

    // MARK: Scores

    /// A change now, or as if it had been then.
    func change(
        _ member: String,
        _ change: ScoreEvent.Change,
        on board: BoardID = game,
        atMs: Int64? = nil,
        side: Int = 0
    ) async throws {
        let number = events.withLock { number in
            number += 1
            return number
        }
        let change = ScoreChange(
            board: board,
            member: try #require(MemberID(member)),
            change: change,
            eventID: "e\(number)"
        )
        guard case .success = try await sides[side].ledger.change(change, atMs: atMs ?? nowMs)
        else { throw NeverHappened(what: "\(change)") }
    }

    func add(_ scores: KeyValuePairs<String, Int64>) async throws {
        for (member, units) in scores { try await change(member, .add(units)) }
        try await settle()
    }

    /// All that was committed is on the boards.
    func settle() async throws {
        for side in sides {
            try #require(await side.relay.delivered(OutboxConsumer.boardsName, withinMs: 20_000))
        }
    }

    // MARK: Reading

    /// A list as `ann 30, bob 20`.
    func list(
        _ window: BoardWindow? = nil,
        _ period: BoardQuery.Choice = .present,
        offset: Int = 0,
        limit: Int = 10,
        side: Int = 0
    ) async throws -> RankedList {
        let query = BoardQuery(Self.game, window: window, period: period)
        return try await sides[side].book.list(query, offset: offset, limit: limit).get()
    }

    func place(_ member: String, _ window: BoardWindow? = nil, around: Int = 0, side: Int = 0)
        async throws -> RankedPlace
    {
        let query = BoardQuery(Self.game, window: window)
        let id = try #require(MemberID(member))
        return try await sides[side].book.place(of: id, query, around: around).get()
    }

    /// Forgets what the ledger was asked.
    func listen() { heard.pieces.withLock { $0 = [] } }

    /// How many statements there were with these words since.
    func asked(_ words: String) -> Int {
        heard.pieces.withLock { pieces in pieces.count { $0.contains(words) } }
    }

    // MARK: Life

    private func stop() async {
        for side in sides {
            await side.clock.stop()
            await side.relay.stop()
            await side.redis.close()
            await side.leak.close()
            side.loop.stop()
        }
        server.stop()
        await place.remove()
    }

    static func with(
        _ engine: Engine,
        sides: Int = 1,
        windows: [BoardWindow] = BoardWindow.allCases,
        zone: String = "UTC",
        edit: @escaping @Sendable (String) -> String = { $0 },
        _ body: @Sendable (BookBed) async throws -> Void
    ) async throws {
        let bed = try await BookBed(engine, sides: sides, windows, zone, edit)
        do {
            try await body(bed)
            await bed.stop()
        } catch {
            await bed.stop()
            throw error
        }
    }
}

extension RankedList {
    /// `ann 30 <2 ^1, bob 20`: was 2 in the period before, best 1; left out where there is nothing
    /// to tell.
    var text: String { lines.map(\.text).joined(separator: ", ") }
}

extension RankedLine {
    var text: String {
        let before = previousRank.map { " <\($0)" } ?? ""
        let peak = peakRank == entry.rank ? "" : " ^\(peakRank)"
        return "\(entry.member) \(entry.score)\(before)\(peak)"
    }
}
