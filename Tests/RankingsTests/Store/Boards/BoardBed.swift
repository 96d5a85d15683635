import EventLoop
import Redis
import Synchronization
import TestRedis
import Testing
import Values

@testable import Engines
@testable import Rankings
@testable import TestKit

/// What the tests have in place of the ledger: boards, and events with numbers.
final class ScoreLog: Sendable {
    struct Pages {
        var boards: [BoardID: BoardRow] = [:]
        var events: [ScoreEvent] = []
        /// Numbers that are other things' events.
        var latest: Int64 = 0
        var reads = 0
        var delivered: Int64 = 0
        /// Called after a read, with the number from which it was.
        var onRead: (@Sendable (Int64) async -> Void)?
    }

    private let pages = Mutex(Pages())

    var events: [ScoreEvent] { pages.withLock { $0.events } }
    var latest: Int64 { pages.withLock { $0.latest } }
    var reads: Int { pages.withLock { $0.reads } }
    /// The last event that was brought to Redis, as a relay writes it down.
    var delivered: Int64 {
        get { pages.withLock { $0.delivered } }
        set { pages.withLock { $0.delivered = newValue } }
    }

    func onRead(_ body: (@Sendable (Int64) async -> Void)?) {
        pages.withLock { $0.onRead = body }
    }

    func put(_ board: Board) {
        pages.withLock {
            let revision = ($0.boards[board.id]?.revision ?? 0) + 1
            $0.boards[board.id] = BoardRow(board: board, revision: revision)
        }
    }

    func board(_ id: BoardID) -> Board? { pages.withLock { $0.boards[id]?.board } }

    /// Writes an event down; its number is the next.
    @discardableResult
    func append(
        _ member: String,
        _ change: ScoreEvent.Change,
        countsAtMs: Int64,
        atMs: Int64,
        board: BoardID = BoardBed.board
    ) -> ScoreEvent {
        pages.withLock { pages in
            pages.latest += 1
            let event = ScoreEvent(
                number: pages.latest,
                board: board,
                member: member,
                change: change,
                countsAtMs: countsAtMs,
                atMs: atMs
            )
            pages.events.append(event)
            return event
        }
    }

    /// Something happened that is no board's business.
    func skip() { pages.withLock { $0.latest += 1 } }

    /// Events with numbers above `after` up to `through`, of all boards.
    func batch(after: Int64, through: Int64) -> [ScoreEvent] {
        events.filter { $0.number > after && $0.number <= through }
    }

    /// 0: of what is no board's business.
    func instant(of number: Int64) -> Int64? {
        pages.withLock { pages in
            guard number <= pages.latest else { return nil }
            return pages.events.first { $0.number == number }?.atMs ?? 0
        }
    }

    func settings(on loop: EventLoop) -> BoardDirectory {
        BoardDirectory(directoryOn: loop) { id async throws(StoreError) in
            self.pages.withLock { $0.boards[id] }
        }
    }

    var source: BoardSource {
        BoardSource(
            period: TestCalendar.period,
            events: { id, after, limit async throws(StoreError) in
                let (found, onRead) = self.pages.withLock { pages in
                    pages.reads += 1
                    let found = pages.events.lazy.filter { $0.board == id && $0.number > after }
                    return (Array(found.prefix(limit)), pages.onRead)
                }
                await onRead?(after)
                return found
            },
            latest: { () async throws(StoreError) in self.latest },
            instant: { number async throws(StoreError) in self.instant(of: number) },
            delivered: { _ async throws(StoreError) in self.delivered }
        )
    }
}

/// Two onsale processes' worth of boards on one private Redis. Time is the bed's own.
final class BoardBed: Sendable {
    struct Side: Sendable {
        let loop: EventLoop
        let redis: RedisConnection
    }

    /// 2030-05-15 12:00 UTC: the private server's own clock is before it, and removes nothing.
    static let startMs: Int64 = 1_905_076_800_000
    static let hourMs: Int64 = 3_600_000
    static let dayMs: Int64 = 86_400_000
    static let board: BoardID = {
        guard let id = BoardID("games") else { preconditionFailure("a name") }
        return id
    }()

    let log = ScoreLog()
    private let server: TestRedis
    private let scripts: BoardScripts
    private let limits: BoardLimits
    private let retainMs: Int64
    private let time = VirtualTime()
    private let sides: [Side]
    private let running: Mutex<[BoardStore]>
    private let clockMs = Mutex<Int64>(startMs)

    private init(_ guardsOff: [BoardGuard], _ slice: Int?, _ zone: String, _ retainMs: Int64)
        async throws
    {
        self.retainMs = retainMs
        server = try TestRedis()
        scripts = BoardScripts { text in
            RedisClock.clocked(guardsOff.reduce(text) { $1.off($0) })
        }
        var limits = BoardLimits()
        if let slice {
            limits.slice = slice
            limits.shortSlice = slice
        }
        self.limits = limits
        var made: [Side] = []
        for _ in 0..<2 {
            let loop = EventLoop.start(clock: time.clock)
            let redis = try await server.connection(scripts.all, on: loop)
            made.append(Side(loop: loop, redis: redis))
        }
        sides = made
        running = Mutex([])
        restart()
        log.put(Board(id: Self.board, windows: BoardWindow.allCases, timeZone: zone))
        try await set(clockMs: Self.startMs)
    }

    /// The processes die, and others start.
    func restart() {
        let fresh = sides.map {
            BoardStore(
                redis: $0.redis,
                settings: log.settings(on: $0.loop),
                source: log.source,
                limits: limits,
                scripts: scripts,
                retainMs: retainMs,
                on: $0.loop
            )
        }
        running.withLock { $0 = fresh }
    }

    var redis: RedisConnection { sides[0].redis }
    var nowMs: Int64 { clockMs.withLock { $0 } }
    func store(_ side: Int = 0) -> BoardStore { running.withLock { $0[side % $0.count] } }

    func set(clockMs ms: Int64) async throws {
        clockMs.withLock { $0 = ms }
        time.set(ms)
        try await RedisClock.set(ms, in: redis)
    }

    func flush() async throws {
        _ = try await redis.send("FLUSHALL")
        try await set(clockMs: nowMs)
    }

    // MARK: Steps

    /// A change now, written down.
    @discardableResult
    func add(_ member: String, _ units: Int64, afterMs: Int64 = 0, countsAtMs: Int64? = nil)
        -> ScoreEvent
    {
        let atMs = nowMs + afterMs
        return log.append(member, .add(units), countsAtMs: countsAtMs ?? atMs, atMs: atMs)
    }

    @discardableResult
    func set(_ member: String, to units: Int64, afterMs: Int64 = 0) -> ScoreEvent {
        let atMs = nowMs + afterMs
        return log.append(member, .set(units), countsAtMs: atMs, atMs: atMs)
    }

    /// What a relay does with events above `after` up to `through`.
    func deliver(after: Int64 = 0, through: Int64? = nil, by side: Int = 0) async throws {
        let through = through ?? log.latest
        let events = log.batch(after: after, through: through)
        try await store(side)
            .apply(events, after: after, through: through, atMs: log.instant(of: through) ?? 0)
    }

    func period(_ window: BoardWindow, daysAgo: Int64 = 0) throws -> BoardList {
        let zone = try #require(log.board(Self.board)).timeZone
        return .period(TestCalendar.period(window, nowMs - daysAgo * Self.dayMs, zone))
    }

    /// All five lists of this instant.
    func lists() throws -> [BoardList] {
        [.realtime, try period(.daily), try period(.weekly), try period(.monthly), .all]
    }

    /// A list as `ann 3, bob 2`.
    func list(_ list: BoardList = .all, by side: Int = 0) async throws -> String {
        let page = try #require(try await store(side).page(Self.board, list, limit: 1_000))
        return page.entries.map { "\($0.member) \($0.score)" }.joined(separator: ", ")
    }

    // MARK: Life

    private func stop() async {
        for side in sides {
            await side.redis.close()
            side.loop.stop()
        }
        server.stop()
    }

    /// A bed for `body`, taken down after it.
    static func with<Value: Sendable>(
        without guardsOff: [BoardGuard] = [],
        slice: Int? = nil,
        zone: String = "UTC",
        retainMs: Int64 = 0,
        _ body: @Sendable (BoardBed) async throws -> Value
    ) async throws -> Value {
        let bed = try await BoardBed(guardsOff, slice, zone, retainMs)
        do {
            let value = try await body(bed)
            await bed.stop()
            return value
        } catch {
            await bed.stop()
            throw error
        }
    }
}
