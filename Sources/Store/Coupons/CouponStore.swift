public import EventLoop
import Onsale
public import Redis

/// The coupons as one loop sees them. Redis keeps a gate for each, which answers who is too late
/// and numbers who is not; the ledger decides, and only then is a coupon somebody's.
///
/// Claims, looks and decisions of one turn of the loop are folded into one script call a coupon
/// (`TurnBatch`). A gate that Redis does not know is built from the ledger before it answers
/// anybody; one that came back older than it was seen to be is built anew.
public actor CouponStore: OnLoop {
    public nonisolated let loop: EventLoop
    let redis: RedisConnection
    let scripts: CouponScripts
    let ledger: SaleLedger
    /// Names and discounts; what is issued comes from the gate.
    let names: CouponDirectory
    /// Told after every commit that wrote into the outbox.
    let committed: @Sendable () -> Void
    var claims = TurnBatch<CouponID, ClaimQuery>()
    var looks = TurnBatch<CouponID, LookQuery>()
    var decisions = TurnBatch<CouponID, DecisionQuery>()
    let loads: SharedWork<CouponID, Bool>
    let inquiries: SharedWork<CouponID, Void>
    private var seen: [CouponID: StateVersion] = [:]
    private var keys: [CouponID: CouponKeys] = [:]

    /// Coupons whose keys and versions are remembered; beyond it starts over.
    private static let couponsMax = 4_096
    /// Runs of one script: one that finds nothing, one that another's load overtakes, one that
    /// loses against another's change, two more.
    private static let runsMax = 5

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    /// `names` are the loop's, shared with who takes coupons in payment.
    public init(
        redis: RedisConnection,
        ledger: SaleLedger,
        names: CouponDirectory,
        committed: @escaping @Sendable () -> Void,
        scripts: CouponScripts = CouponScripts(),
        on loop: EventLoop
    ) {
        self.loop = loop
        self.redis = redis
        self.ledger = ledger
        self.committed = committed
        self.scripts = scripts
        self.names = names
        loads = SharedWork(on: loop)
        inquiries = SharedWork(on: loop)
    }

    /// Sends what a turn of the loop has gathered at its end. Once, on the loop, which may outlive
    /// the store.
    public func start() {
        loop.onTurnEnd { [weak self] in
            self?.assumeIsolated { $0.flush() } ?? false
        }
    }

    func keys(of id: CouponID) -> CouponKeys {
        if let known = keys[id] { return known }
        if keys.count >= Self.couponsMax { keys.removeAll(keepingCapacity: true) }
        let made = CouponKeys(id)
        keys[id] = made
        return made
    }

    /// Runs a script, after building the gate if Redis does not know it. Nil: there is no such
    /// coupon.
    func run(_ script: RedisScript, _ id: CouponID, _ arguments: [RedisArgument])
        async throws(StoreError) -> GateReply?
    {
        for _ in 1...Self.runsMax {
            // What was seen when the call left: replies may be taken up in another order.
            let least = seen[id]
            let reply = try await redis.reply(to: script, keys: keys(of: id).all, arguments)
            var replaced = ""
            if try reply.integer(0) == 1 {
                let gate = try GateReply(reply)
                if least.map({ gate.version < $0 }) != true {
                    note(gate.version, of: id)
                    return gate
                }
                replaced = gate.version.description
            } else if let now = seen[id], now != least {
                // While this reply was under way somebody has built it.
                continue
            }
            guard try await load(id, replacing: replaced) else { return nil }
        }
        throw .unavailable("the gate of \(id) is lost again and again")
    }

    /// Remembers how far Redis has come.
    func note(_ version: StateVersion, of id: CouponID) {
        if let known = seen[id], version < known { return }
        if seen.count >= Self.couponsMax { seen.removeAll(keepingCapacity: true) }
        seen[id] = version
    }

    /// The newest version that was seen.
    func version(of id: CouponID) -> StateVersion? { seen[id] }
}
