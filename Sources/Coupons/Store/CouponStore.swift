import Engines
import EventLoop
import Redis
import Values

/// The coupons as one loop sees them. Redis keeps a gate for each, which answers who is too late
/// and numbers who is not; the ledger decides, and only then is a coupon somebody's.
///
/// Claims, looks and decisions of one turn of the loop are folded into one script call a coupon
/// (`Gather`). A gate that Redis does not know is built from the ledger before it answers
/// anybody (`VersionedStore`).
package actor CouponStore: VersionedStore {
    package nonisolated let loop: EventLoop
    package let redis: RedisConnection
    let scripts: CouponScripts
    let ledger: CouponLedger
    /// How long what is over stays in Redis; 0: for good.
    let retainMs: Int64
    /// Names and discounts; what is issued comes from the gate.
    package nonisolated let names: CouponDirectory
    /// Told after every commit that wrote into the outbox.
    let committed: @Sendable () -> Void
    let claims: Claims
    let looks: Looks
    let decisions: Decisions
    let loads: SharedWork<CouponID, Bool>
    let inquiries: SharedWork<CouponID, Void>
    package var seen = SeenVersions<CouponID>()
    package var comparisons = Comparisons<CouponID>()
    package let comparing: SharedWork<CouponID, Void>
    private var keys = Bounded<CouponID, CouponKeys>(couponsMax)

    /// Coupons whose keys are remembered.
    private static let couponsMax = 4_096
    package static let noun = "the gate of"

    /// `names` are the loop's, shared with who takes coupons in payment.
    init(
        redis: RedisConnection,
        ledger: CouponLedger,
        names: CouponDirectory,
        committed: @escaping @Sendable () -> Void,
        scripts: CouponScripts = CouponScripts(),
        retainMs: Int64 = 0,
        comparesWithLedger: Bool = true,
        on loop: EventLoop
    ) {
        self.loop = loop
        self.redis = redis
        self.ledger = ledger
        self.committed = committed
        self.scripts = scripts
        self.retainMs = retainMs
        self.names = names
        comparisons.isOff = !comparesWithLedger
        claims = Gather(on: loop, callMax: Self.callMax)
        looks = Gather(on: loop, callMax: Self.callMax)
        decisions = Gather(on: loop, callMax: Self.callMax)
        loads = SharedWork(on: loop)
        comparing = SharedWork(on: loop)
        inquiries = SharedWork(on: loop)
    }

    func keys(of id: CouponID) -> CouponKeys { keys.value(id) { CouponKeys(id) } }

    /// Runs a script, after building the gate if Redis does not know it. Nil: there is no such
    /// coupon.
    func run(_ script: RedisScript, _ id: CouponID, _ arguments: [RedisArgument])
        async throws(StoreError) -> GateReply?
    {
        let keys = keys(of: id).all
        guard let reply = try await reply(to: script, of: id, keys: keys, arguments) else {
            return nil
        }
        return try GateReply(reply)
    }

    package func build(_ id: CouponID, inPlaceOf found: StateVersion?, isLast: Bool)
        async throws(StoreError) -> [String]?
    {
        let isThere = try await load(id, replacing: found?.description ?? "")
        return isThere ? keys(of: id).all : nil
    }
}
