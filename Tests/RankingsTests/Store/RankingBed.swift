import Redis
import Synchronization
import TestRedis
import Testing
import Values

@testable import Engines
@testable import Ledger
@testable import Rankings
@testable import TestKit
@testable import TestLedger
@testable import TestSales

/// A guard in the scripts of the best sellers that a test can switch off, to see that its absence
/// is noticed.
enum PopularGuard: String, LuaGuard {
    case lock, turn

    func instead(of line: String) -> String {
        switch self {
        case .lock: return line.replacing(", 'NX'", with: "")
        case .turn: return ""
        }
    }
}

/// Sales with their rankings: on top of each side of a `SaleBed` stand boards, best sellers and a
/// relay, as in a process. Time is the bed's own.
final class RankingBed: Sendable {
    struct Side: Sendable {
        let boards: BoardStore
        let popular: PopularStore
        let relay: OutboxRelay
    }

    struct Options: Sendable {
        var without: PopularGuard?
        var withoutBoards: [BoardGuard] = []
        var limits = PopularLimits()
        /// False: nobody waits for what was committed before.
        var settles = true
        /// Changes the statements of the relay and of what builds boards.
        var editLedger: @Sendable (String) -> String = { $0 }
        /// False: boards in Redis are taken as they are.
        var comparesWithLedger = true
        /// Stands between the relay and the boards.
        var consumer: @Sendable (BoardStore) -> OutboxConsumer = { .boards($0) }
    }

    static let hourMs: Int64 = 3_600_000
    static let dayMs: Int64 = 24 * hourMs
    let bed: SaleBed
    private let options: Options
    private let popularScripts: PopularScripts
    private let boardScripts: BoardScripts
    private let running = Mutex<[Side]>([])
    private let started = Mutex<Set<Int>>([])
    private let clockMs = Mutex<Int64>(SaleBed.startMs)

    private init(_ engine: Engine, sides: Int, _ options: Options) async throws {
        bed = try await SaleBed(engine, sides: sides, virtualTime: true)
        self.options = options
        popularScripts = PopularScripts { RedisClock.clocked(options.without?.off($0) ?? $0) }
        boardScripts = BoardScripts { text in
            RedisClock.clocked(options.withoutBoards.reduce(text) { $1.off($0) })
        }
        running.withLock { $0 = bed.sides.indices.map(side) }
    }

    private func side(_ index: Int) -> Side {
        let own = bed.sides[index]
        let ledger = RankingLedger(own.database)
        let edited = EditedLedger(own.database, edit: options.editLedger)
        let boards = BoardStore(
            redis: own.redis,
            settings: BoardDirectory(ledger: ledger, on: own.loop),
            source: BoardSource(ledger: RankingLedger(edited)),
            scripts: boardScripts,
            comparesWithLedger: options.comparesWithLedger,
            on: own.loop
        )
        let relay = OutboxRelay(
            Outbox(edited),
            consumers: [options.consumer(boards)],
            on: own.loop
        )
        let popular = PopularStore(
            redis: own.redis,
            boards: boards,
            ledger: ledger,
            settled: { [options, weak self] ms in
                guard options.settles else { return true }
                await self?.startRelay(index)
                return await relay.delivered("boards", withinMs: ms)
            },
            limits: options.limits,
            scripts: popularScripts,
            on: own.loop
        )
        return Side(boards: boards, popular: popular, relay: relay)
    }

    var sides: [Side] { running.withLock { $0 } }
    var redis: RedisConnection { bed.sides[0].redis }
    var ledger: RankingLedger { RankingLedger(bed.sides[0].database) }
    var nowMs: Int64 { clockMs.withLock { $0 } }
    func boards(_ side: Int = 0) -> BoardStore { sides[side % sides.count].boards }
    func popular(_ side: Int = 0) -> PopularStore { sides[side % sides.count].popular }

    /// Lists that all sides have counted.
    var counts: Int {
        get async {
            var counts = 0
            for side in sides {
                let counted = await side.popular.counts
                counts += counted
            }
            return counts
        }
    }

    // MARK: Time and life

    func set(clockMs ms: Int64) async throws {
        clockMs.withLock { $0 = ms }
        try await bed.set(clockMs: ms)
    }

    func pass(_ ms: Int64) async throws { try await set(clockMs: nowMs + ms) }

    /// The relay of a side begins, unless it has.
    func startRelay(_ index: Int = 0) async {
        guard started.withLock({ $0.insert(index).inserted }) else { return }
        await sides[index].relay.start()
    }

    /// Waits until everything is on the boards.
    func settle(_ index: Int = 0) async throws {
        await startRelay(index)
        try await until("everything is on the boards") {
            await sides[index].relay.delivered("boards", withinMs: 10_000)
        }
    }

    /// A process dies, and another starts: nothing is remembered of what the first one knew.
    func restart(_ index: Int) async {
        let wasRunning = started.withLock { $0.remove(index) != nil }
        if wasRunning { await sides[index].relay.stop() }
        let fresh = side(index)
        running.withLock { $0[index] = fresh }
        if wasRunning { await startRelay(index) }
    }

    /// Redis loses everything, but for the bed's clock.
    func flush() async throws {
        let script = """
            redis.call('FLUSHALL')
            redis.call('HSET', KEYS[1], 's', ARGV[1], 'us', ARGV[2])
            """
        _ = try await redis.send(
            "EVAL",
            script,
            "1",
            RedisClock.key,
            String(nowMs / 1_000),
            String(nowMs % 1_000 * 1_000)
        )
    }

    /// `kill -9` of Redis, which comes back empty.
    func killRedis() async throws {
        bed.server.kill()
        try bed.server.start()
        for side in bed.sides {
            try await until("Redis answers") {
                // The loss of the connection may not have been noticed yet.
                do {
                    return try await side.redis.send("PING").string == "PONG"
                } catch {
                    return false
                }
            }
        }
        try await set(clockMs: nowMs)
    }

    /// A list, once the board is there that Redis has lost.
    func page(_ board: BoardID, _ list: BoardList, by side: Int = 0) async throws -> BoardPage {
        var found: BoardPage?
        try await until("\(board) \(list) is there") {
            do {
                found = try await boards(side).page(board, list, limit: 1_000)
                return true
            } catch StoreError.unavailable {
                return false
            }
        }
        return try #require(found)
    }

    private func stop() async {
        for index in started.withLock({ $0 }) { await sides[index].relay.stop() }
        await bed.stop()
    }

    /// A bed for `body`, taken down after it.
    static func with<Value: Sendable>(
        _ engine: Engine,
        sides: Int = 2,
        _ options: Options = Options(),
        _ body: @Sendable (RankingBed) async throws -> Value
    ) async throws -> Value {
        let bed = try await RankingBed(engine, sides: sides, options)
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
