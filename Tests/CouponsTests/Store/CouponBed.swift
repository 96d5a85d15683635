import EventLoop
import Redis
import SQL
import Synchronization
import TestRedis
import Testing
import Values

@testable import Coupons
@testable import Engines
@testable import Ledger
@testable import TestKit
@testable import TestLedger
@testable import TestSales

/// A guard in the gate's scripts that a test can switch off, to see that its absence is noticed.
enum GateGuard: String, LuaGuard {
    case one, quantity, start, end, revision, refill, unfinished

    func instead(of line: String) -> String {
        switch self {
        case .one: return "if false then"
        case .quantity, .start, .end: return ""
        case .revision: return "if true then"
        case .unfinished: return line.contains("if ") ? "if retain == 0 then" : "end"
        // A gate that makes itself anew as if nothing were issued.
        case .refill:
            return line.contains("local") ? "local issued, highest = 0, 0" : "if false then"
        }
    }
}

/// Two onsale processes' worth of coupons on one private Redis and one ledger. Time is the bed's
/// own when it is virtual.
final class CouponBed: Sendable {
    struct Side: Sendable {
        let loop: EventLoop
        let redis: RedisConnection
        let ledger: LeakyLedger
        let coupons: CouponStore
    }

    static let startMs = VirtualTime.startMs
    static let coupon: CouponID = {
        guard let id = CouponID("first") else { preconditionFailure("a name") }
        return id
    }()

    let server: TestRedis
    let sides: [Side]
    private let ledger: TestLedger
    let scripts: CouponScripts
    private let time = VirtualTime()

    private init(
        _ engine: Engine,
        sides count: Int,
        virtualTime: Bool,
        retainMs: Int64,
        without guardOff: GateGuard?
    ) async throws {
        server = try TestRedis()
        ledger = try await TestLedger(engine)
        scripts = CouponScripts { text in
            let text = guardOff?.off(text) ?? text
            return virtualTime ? RedisClock.clocked(text) : text
        }
        var made: [Side] = []
        for _ in 0..<count {
            let loop = EventLoop.start(clock: virtualTime ? time.clock : .system)
            let redis = try await server.connection(scripts.all, on: loop)
            let leaky = LeakyLedger(try await ledger.open(on: loop))
            let coupons = CouponStore(
                redis: redis,
                ledger: CouponLedger(leaky),
                names: CouponDirectory(ledger: CouponLedger(leaky), on: loop),
                committed: {},
                scripts: scripts,
                retainMs: retainMs,
                on: loop
            )
            await Task(executorPreference: loop) { await coupons.start() }.value
            made.append(Side(loop: loop, redis: redis, ledger: leaky, coupons: coupons))
        }
        sides = made
        if virtualTime { try await set(clockMs: Self.startMs) }
    }

    var redis: RedisConnection { sides[0].redis }
    /// Sides in turn: the same question must not care who is asked.
    func coupons(_ index: Int = 0) -> CouponStore { sides[index % sides.count].coupons }

    func set(clockMs ms: Int64) async throws {
        time.set(ms)
        try await RedisClock.set(ms, in: redis)
    }

    /// Redis comes back empty, a millisecond later.
    func flush(clockMs ms: Int64 = startMs + 1) async throws {
        _ = try await redis.send("FLUSHALL")
        try await set(clockMs: ms)
    }

    // MARK: Steps

    @discardableResult
    func put(
        _ quantity: Int64,
        startsMs: Int64? = nil,
        endsMs: Int64? = nil,
        by side: Int = 0
    ) async throws -> PutCouponOutcome {
        var change = CouponChange()
        change.name = "First"
        change.quantity = quantity
        change.discount = .percent(20)
        change.startsAt = .some(startsMs.map { Timestamp(milliseconds: $0) })
        change.endsAt = .some(endsMs.map { Timestamp(milliseconds: $0) })
        return try await coupons(side).put(change, of: Self.coupon)
    }

    func claim(_ name: String, by side: Int = 0) async throws -> ClaimOutcome {
        try await coupons(side).claim(Self.coupon, for: try #require(UserID(name)))
    }

    /// The number of a claim that must succeed.
    func number(_ name: String, by side: Int = 0) async throws -> Int64 {
        let outcome = try await claim(name, by: side)
        guard case .issued(let claim) = outcome else { throw Unexpected(what: "\(outcome)") }
        return claim.sequence
    }

    func standing(by side: Int = 0) async throws -> CouponStanding {
        try #require(try await coupons(side).standing(Self.coupon)).standing
    }

    /// Every promise that does not hold, the gate's among them.
    func broken() async -> [AuditLine] {
        let side = sides[0]
        let engines = AuditEngines(database: side.ledger, redis: side.redis, on: side.loop)
        let gate = CouponAudit(engines, scripts: scripts)
        return (await LedgerAudit(side.ledger).lines(LedgerCheck.all) + gate.audit()).filter {
            $0.finding != .kept
        }
    }

    /// A statement for the ledger as it is, past the store.
    func write(_ statements: SQL...) async throws {
        _ = try await sides[0].ledger.commit(statements)
    }

    struct Unexpected: Error { let what: String }

    // MARK: Life

    private func stop() async {
        for side in sides {
            await side.redis.close()
            await side.ledger.close()
            side.loop.stop()
        }
        server.stop()
        await ledger.close()
        await ledger.remove()
    }

    /// A bed for `body`, taken down after it.
    static func with<Value: Sendable>(
        _ engine: Engine = .sqlite,
        sides: Int = 2,
        virtualTime: Bool = false,
        retainMs: Int64 = 0,
        without guardOff: GateGuard? = nil,
        _ body: @Sendable (CouponBed) async throws -> Value
    ) async throws -> Value {
        let bed = try await CouponBed(
            engine,
            sides: sides,
            virtualTime: virtualTime,
            retainMs: retainMs,
            without: guardOff
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
