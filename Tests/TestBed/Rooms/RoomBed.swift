import Crypto
import EventLoop
import Redis
import SQL
import Synchronization
import TestRedis
import Testing
import Values

@testable import Engines
@testable import Rooms
@testable import TestLedger

/// A guard in the room's scripts that a test can switch off, to see that its absence is noticed.
enum ScriptGuard: String, LuaGuard {
    case capacity, rate, order, duplicate, expiry, absence
    case sequence, lease, revision, restoring, ghosts, ended, moves, seen, missing
    case shares, lanes, folding, credit
    case draw, entrant, late, slice, rescore, heard, returns, end
    case rest, rested, rests, stays, ahead
    case lowered, ceiling, unheard, follows

    /// What the random histories are played to: the rest is about losing Redis.
    static let ofHistories: [ScriptGuard] = [
        .capacity, .rate, .order, .duplicate, .expiry, .absence, .seen,
    ]

    static let ofLanes: [ScriptGuard] = [.shares, .folding, .credit]

    func instead(of line: String) -> String {
        switch self {
        case .capacity, .rate: return ""
        case .order: return line.replacing("ZPOPMIN", with: "ZPOPMAX")
        case .duplicate: return "local record, ended = nil, nil"
        case .expiry:
            if line.contains("local over") { return "local over = {}" }
            return line.contains("elseif")
                ? "elseif kind == INSIDE_KIND then" : "do return record end"
        case .absence: return "if false then"
        case .sequence, .lease: return ""
        case .revision: return "if true then"
        case .restoring: return "return true"
        case .ghosts: return "if false then"
        case .ended, .moves, .draw, .returns: return ""
        case .rest, .rested, .rests, .stays, .ahead: return ""
        case .lowered, .ceiling, .follows: return ""
        case .unheard: return "local is_unheard = false"
        case .seen: return "if false then"
        case .missing: return "return false"
        case .heard: return "local heard_by = nil"
        case .end: return "if gain >= room.idle * 125 then"
        case .late: return "local has_late = false"
        case .slice: return "local most = SLICE"
        case .shares:
            return "local lane = head_of(0) and 0 or head_of(1) and 1 or head_of(2) and 2"
        case .lanes, .folding, .rescore: return "if false then"
        case .credit: return "return turns[lane]"
        case .entrant: return "if true then"
        }
    }
}

/// Two onsale processes' worth of stores on one private Redis and one ledger. Time in the scripts
/// is the bed's own unless `realTime`.
final class RoomBed: Sendable {
    struct Side: Sendable {
        let loop: EventLoop
        let redis: RedisConnection
        let ledger: LeakyLedger
        let keeper: RoomKeeper
        let store: RoomStore
        let settings: RoomSettingsStore
    }

    let server: TestRedis
    private let ledger: TestLedger
    let scripts: RoomScripts
    private let waitingMax: Int
    private let roomsMax: Int
    private let retainMs: Int64
    private let awakeMs: Int64?
    private let running = Mutex<[Side]>([])
    var sides: [Side] { running.withLock { $0 } }

    init(
        sides count: Int = 2,
        on engine: Engine = .sqlite,
        without guardOff: ScriptGuard? = nil,
        realTime: Bool = false,
        waitingMax: Int = 1_000_000,
        roomsMax: Int = RoomRegistry.roomsMax,
        retainMs: Int64 = 0,
        awakeMs: Int64? = nil,
        edit: (String) -> String = { $0 }
    ) async throws {
        server = try TestRedis()
        ledger = try await TestLedger(engine)
        self.waitingMax = waitingMax
        self.roomsMax = roomsMax
        self.retainMs = retainMs
        self.awakeMs = awakeMs
        scripts = RoomScripts { text in
            let text = edit(guardOff?.off(text) ?? text)
            return realTime ? text : RedisClock.clocked(text)
        }
        try await start(count)
    }

    static let credentials = TicketCredentials(
        ticketKey: [UInt8](repeating: 7, count: 32),
        passKey: SigningKey(seed: [UInt8](repeating: 9, count: 32)),
        issuer: "test"
    )

    private func start(_ count: Int) async throws {
        var made: [Side] = []
        for _ in 0..<count {
            let loop = EventLoop.start()
            let redis = try await server.connection(scripts.all, on: loop)
            let leaky = LeakyLedger(try await ledger.open(on: loop))
            let keeper = RoomKeeper(
                redis: redis,
                registry: try await RoomRegistry(
                    ledger: RoomLedger(leaky),
                    roomsMax: roomsMax
                ),
                scripts: scripts,
                retainMs: retainMs,
                awakeMs: awakeMs,
                on: loop
            )
            let store = RoomStore(
                redis: redis,
                keeper: keeper,
                credentials: Self.credentials,
                waitingMax: waitingMax,
                scripts: scripts,
                on: loop
            )
            await store.start()
            made.append(
                Side(
                    loop: loop,
                    redis: redis,
                    ledger: leaky,
                    keeper: keeper,
                    store: store,
                    settings: RoomSettingsStore(store)
                )
            )
        }
        running.withLock { $0 = made }
    }

    /// All processes die at once, whatever they still had to write, and others start.
    func restart() async throws {
        let count = sides.count
        for side in sides { side.ledger.isAway = true }
        await stopSides()
        try await start(count)
    }

    var store: RoomStore { sides[0].store }
    var settings: RoomSettingsStore { sides[0].settings }
    var redis: RedisConnection { sides[0].redis }

    func set(clockMs ms: Int64) async throws { try await RedisClock.set(ms, in: redis) }

    private func stopSides() async {
        for side in sides {
            await side.keeper.stop()
            await side.redis.close()
            await side.ledger.close()
            side.loop.stop()
        }
        await ledger.close()
    }

    func stop() async {
        await stopSides()
        await ledger.remove()
        server.stop()
    }

    /// A bed for `body`, taken down after it.
    static func with<Value: Sendable>(
        sides: Int = 2,
        on engine: Engine = .sqlite,
        without guardOff: ScriptGuard? = nil,
        realTime: Bool = false,
        waitingMax: Int = 1_000_000,
        roomsMax: Int = RoomRegistry.roomsMax,
        retainMs: Int64 = 0,
        awakeMs: Int64? = nil,
        edit: (String) -> String = { $0 },
        _ body: @Sendable (RoomBed) async throws -> Value
    ) async throws -> Value {
        let bed = try await RoomBed(
            sides: sides,
            on: engine,
            without: guardOff,
            realTime: realTime,
            waitingMax: waitingMax,
            roomsMax: roomsMax,
            retainMs: retainMs,
            awakeMs: awakeMs,
            edit: edit
        )
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
