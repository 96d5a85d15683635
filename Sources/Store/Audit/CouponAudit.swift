public import EventLoop
import Onsale
public import Redis

/// Holds the gates in Redis against the ledger. Live: what was committed a moment ago may not be in
/// the gate yet, so only what stays different breaks the promise.
public actor CouponAudit {
    private nonisolated let loop: EventLoop
    private let ledger: SaleLedger
    private let redis: RedisConnection
    private let coupons: CouponStore
    private let scripts: CouponScripts

    /// Looks at most this often, with `patienceMs` between two looks: together longer than a number
    /// may be undecided.
    private static let looksMax = 6
    private static let patienceMs = 500
    /// Claims of one read.
    private static let slice = 10_000
    private static let promise = "a coupon's gate in Redis knows whom the ledger has issued it to"

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    /// `redis` knows the scripts of coupons.
    public init(
        ledger: SaleLedger,
        redis: RedisConnection,
        scripts: CouponScripts = CouponScripts(),
        on loop: EventLoop
    ) {
        self.loop = loop
        self.ledger = ledger
        self.redis = redis
        self.scripts = scripts
        coupons = CouponStore(
            redis: redis,
            ledger: ledger,
            names: CouponDirectory(ledger: ledger, on: loop),
            committed: {},
            scripts: scripts,
            retainMs: Retention.usualMs,
            on: loop
        )
    }

    public func audit() async -> AuditLine {
        await coupons.start()
        do throws(StoreError) {
            let all = try await ledger.coupons()
            var issued: Int64 = 0
            for row in all {
                let id = row.coupon.id
                if let difference = try await lastingDifference(id) {
                    return AuditLine(Self.promise, .broken, "\(id): \(difference)")
                }
                issued += row.issued
            }
            return AuditLine(Self.promise, .kept, "\(all.count) coupons, \(issued) issued")
        } catch {
            return AuditLine(Self.promise, .notChecked, error.reason)
        }
    }

    private func lastingDifference(_ id: CouponID) async throws(StoreError) -> String? {
        for look in 1...Self.looksMax {
            // Builds a gate that Redis has lost, and asks about numbers that are long undecided.
            _ = try await coupons.standing(id)
            guard let difference = try await difference(id) else { return nil }
            if look == Self.looksMax { return difference }
            await loop.sleep(ms: Self.patienceMs)
        }
        return nil
    }

    private func difference(_ id: CouponID) async throws(StoreError) -> String? {
        guard let gate = try await gate(id) else { return "Redis does not know it" }
        var truth: [String: Int64] = [:]
        var last: Int64 = 0
        while true {
            let claims = try await ledger.claims(of: id, after: last, limit: Self.slice)
            for claim in claims { truth[claim.user] = claim.number }
            guard let end = claims.last, claims.count == Self.slice else { break }
            last = end.number
        }
        for (user, number) in gate.numbers where truth[user] != number {
            if number < 0 { return "number \(-number) of \(user) is undecided" }
            return "number \(number) is \(user)'s in Redis only"
        }
        for (user, number) in truth where gate.numbers[user] != number {
            return "number \(number) is \(user)'s in the ledger only"
        }
        guard gate.issued == truth.count else {
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
                to: scripts.audit,
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
