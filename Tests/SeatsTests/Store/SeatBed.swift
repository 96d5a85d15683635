import Redis
import TestRedis
import Testing
import Values

@testable import Engines
@testable import Seats
@testable import TestKit
@testable import TestRooms

/// A guard in the seats' scripts, or in what the room makes of its stock, that a test can switch
/// off, to see that its absence is noticed.
enum SeatGuard: String, LuaGuard {
    case session, opening, taken, atomic, limit, expiry, fence, owner, cancelled, cursor, stock
    case loaded
    case repeated = "repeat"

    func instead(of line: String) -> String {
        switch self {
        case .opening, .fence, .stock, .atomic, .loaded: return ""
        case .session: return "if false then"
        case .taken: return "elseif false then"
        case .limit: return "return false"
        case .expiry: return line.contains("local over") ? "local over = {}" : ""
        case .owner:
            return line.contains("return")
                ? "return state_of(seat) == HELD" : "if state_of(seat) == SOLD then"
        case .cancelled: return ""
        case .cursor: return "if true then"
        case .repeated: return "if true then"
        }
    }
}

/// Two onsale processes' worth of seats on one private Redis, with rooms and a ledger of the test's
/// own. Time in the scripts is the bed's unless `realTime`.
final class SeatBed: Sendable {
    let rooms: RoomBed
    let stores: [SeatStore]
    let book = SeatBook()
    let scripts: SeatScripts

    init(without guardOff: SeatGuard? = nil, realTime: Bool = false, retainMs: Int64 = 0)
        async throws
    {
        let edit: (String) -> String = { guardOff?.off($0) ?? $0 }
        rooms = try await RoomBed(
            realTime: realTime,
            edit: guardOff == .stock ? edit : { $0 }
        )
        scripts = SeatScripts { text in
            realTime ? edit(text) : RedisClock.clocked(edit(text))
        }
        var made: [SeatStore] = []
        for side in rooms.sides {
            made.append(
                SeatStore(
                    redis: side.redis,
                    holdKey: [UInt8](repeating: 5, count: 32),
                    source: book.source,
                    scripts: scripts,
                    retainMs: retainMs,
                    on: side.loop
                )
            )
        }
        stores = made
        try await set(clockMs: Self.startMs)
    }

    static let startMs: Int64 = 1_790_000_000_000

    var store: SeatStore { stores[0] }
    var redis: RedisConnection { rooms.redis }

    func set(clockMs ms: Int64) async throws { try await rooms.set(clockMs: ms) }

    /// Redis loses everything but the clock of the test.
    func flush(clockMs ms: Int64) async throws {
        _ = try await redis.send("FLUSHALL")
        try await set(clockMs: ms)
    }

    /// A performance in the ledger.
    func performance(_ name: String, seats: Int, room: RoomID? = nil, limit: Int = 4) throws
        -> PerformanceID
    {
        let id = try #require(PerformanceID(name))
        var performance = Performance(
            id: id,
            concert: try #require(ConcertID("concert")),
            date: "2026-12-24",
            seats: seats,
            price: 70_000
        )
        performance.room = room
        performance.maxSeatsPerUser = limit
        book.put(performance)
        return id
    }

    /// Holds seats that must be free, and answers what the token says.
    func held(_ seats: [Int], of id: PerformanceID, for name: String, by side: Int = 0)
        async throws -> SealedHold
    {
        let outcome = try await stores[side].hold(seats, of: id, for: try user(name))
        guard case .held(let hold) = outcome else {
            throw SeatBedError(what: "\(name) does not hold \(seats): \(outcome)")
        }
        return try #require(await stores[side].open(hold.token))
    }

    /// Holds, fences, sells and settles.
    func bought(_ seats: [Int], of id: PerformanceID, for name: String, as payment: String)
        async throws -> SealedHold
    {
        let hold = try await held(seats, of: id, for: name)
        guard case .fenced = try await store.fence(hold), book.pay(hold, as: payment) else {
            throw SeatBedError(what: "\(name) does not buy \(seats)")
        }
        try await store.settle(hold, as: payment)
        return hold
    }

    /// The map as text, `fhs`.
    func states(_ id: PerformanceID, by side: Int = 0) async throws -> String {
        guard case .map(let map) = try await stores[side].map(id) else {
            throw SeatBedError(what: "no map")
        }
        return String(decoding: map.states, as: UTF8.self)
    }

    func report(_ id: PerformanceID) async throws -> SeatReport {
        try #require(try await store.report(id))
    }

    static func with<Value: Sendable>(
        without guardOff: SeatGuard? = nil,
        realTime: Bool = false,
        retainMs: Int64 = 0,
        _ body: @Sendable (SeatBed) async throws -> Value
    ) async throws -> Value {
        let bed = try await SeatBed(without: guardOff, realTime: realTime, retainMs: retainMs)
        do {
            let value = try await body(bed)
            await bed.rooms.stop()
            return value
        } catch {
            await bed.rooms.stop()
            throw error
        }
    }
}

struct SeatBedError: Error { let what: String }
