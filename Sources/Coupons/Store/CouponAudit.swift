import Engines
import EventLoop
import Ledger
import Redis
import Values

/// Holds the gates in Redis against the ledger. What Redis does not know is no break: the next
/// request loads it.
actor CouponAudit: OnLoop {
    nonisolated let loop: EventLoop
    private let ledger: CouponLedger
    private let redis: RedisConnection
    private let coupons: CouponStore
    private let scripts: CouponScripts
    private let repairs: Bool

    /// Claims of one read.
    private static let slice = 10_000
    private static let promise = "a coupon's gate in Redis knows whom the ledger has issued it to"

    init(_ engines: AuditEngines, scripts: CouponScripts = CouponScripts()) {
        loop = engines.loop
        ledger = CouponLedger(engines.database)
        redis = engines.redis
        self.scripts = scripts
        repairs = engines.repairs
        coupons = CouponStore(
            redis: engines.redis,
            ledger: ledger,
            names: CouponDirectory(ledger: ledger, on: loop),
            committed: {},
            scripts: scripts,
            retainMs: engines.retainMs,
            comparesWithLedger: false,
            on: loop
        )
    }

    /// A line, and one more for what was mended.
    func audit() async -> [AuditLine] {
        do throws(StoreError) {
            let all = try await ledger.coupons()
            let coupons = coupons
            let audit = AuditRepair<CouponID>(
                promise: Self.promise,
                loop: loop,
                difference: { id async throws(StoreError) in try await self.difference(id) },
                repairs: repairs,
                repair: { id async throws(StoreError) in try await coupons.loadOver(id) },
                replace: { id async throws(StoreError) in try await coupons.replace(id) }
            )
            let lines = try await audit.lines(all.map(\.coupon.id))
            if lines.contains(where: { $0.finding == .broken }) { return lines }
            let detail = "\(all.count) coupons, \(all.reduce(0) { $0 + $1.issued }) issued"
            return lines + [AuditLine(Self.promise, .kept, detail)]
        } catch {
            return [AuditLine(Self.promise, unchecked: error)]
        }
    }

    private func difference(_ id: CouponID) async throws(StoreError) -> String? {
        try await redis.require(CouponKeys(id).types)
        guard let gate = try await gate(id) else { return nil }
        var truth: [String: Int64] = [:]
        var last: Int64 = 0
        while true {
            let claims = try await ledger.claims(of: id, after: last, limit: Self.slice)
            for claim in claims { truth[claim.user] = claim.number }
            guard let end = claims.last, claims.count == Self.slice else { break }
            last = end.number
        }
        // One that is undecided for long belongs to a process that died: whoever claims or looks
        // next asks the ledger about it.
        for (user, number) in gate.numbers where number > 0 && truth[user] != number {
            return "number \(number) is \(user)'s in Redis only"
        }
        var undecided = 0
        for (user, number) in truth where gate.numbers[user] != number {
            guard gate.numbers[user] == -number else {
                return "number \(number) is \(user)'s in the ledger only"
            }
            undecided += 1
        }
        guard Int(gate.issued) + undecided == truth.count else {
            return "\(gate.issued) are issued in Redis, \(truth.count) in the ledger"
        }
        return nil
    }

    /// All that the gate knows; nil: Redis does not know it.
    private func gate(_ id: CouponID) async throws(StoreError) -> (
        issued: Int64, numbers: [String: Int64]
    )? {
        var cursor = "0"
        var numbers: [String: Int64] = [:]
        var issued: Int64 = 0
        repeat {
            let reply = try await redis.reply(
                to: scripts[.audit],
                keys: CouponKeys(id).all,
                [.string(cursor)]
            )
            guard try reply.integer(0) == 1 else { return nil }
            let page = try GateReply(reply)
            issued = page.issued
            cursor = try page.text(0)
            for index in stride(from: 1, to: page.count - 1, by: 2) {
                guard let number = Int64(try page.text(index + 1)) else {
                    throw .broken("the gate of \(id) has \(try page.text(index + 1))")
                }
                numbers[try page.text(index)] = number
            }
        } while cursor != "0"
        return (issued, numbers)
    }
}
