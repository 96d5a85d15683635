public import EventLoop
import Onsale
public import Redis

/// The seats as one loop sees them: every call is one script on the loop's own connection.
///
/// Redis holds the live state; the ledger decides. What Redis does not know is loaded from the
/// ledger, then the script runs again. A Redis that came back older than it was seen to be is
/// noticed by its version and loaded anew.
public actor SeatStore {
    public nonisolated let loop: EventLoop
    let redis: RedisConnection
    let scripts: SeatScripts
    let source: SeatSource
    let seal: HoldSeal
    let loads: SharedWork<PerformanceID, Performance?>
    var maps: [PerformanceID: KeptMap] = [:]
    private var seen: [PerformanceID: StateVersion] = [:]
    private var keys: [PerformanceID: SeatKeys] = [:]

    /// Performances whose keys and versions are remembered; beyond it starts over.
    private static let performancesMax = 4_096
    /// Runs of one script: one that finds nothing, one that another's load overtakes, one that
    /// loses against another's change, two more.
    private static let runsMax = 5

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    /// `holdKey` authenticates the holds' tokens: 32 bytes, the same in all processes.
    public init(
        redis: RedisConnection,
        holdKey: [UInt8],
        source: SeatSource,
        scripts: SeatScripts = SeatScripts(),
        on loop: EventLoop
    ) {
        self.loop = loop
        self.redis = redis
        self.source = source
        self.scripts = scripts
        seal = HoldSeal(key: holdKey)
        loads = SharedWork(on: loop)
    }

    func keys(of performance: Performance) -> SeatKeys {
        if let known = keys[performance.id], known.room == performance.room { return known }
        if keys.count >= Self.performancesMax { keys.removeAll(keepingCapacity: true) }
        let made = SeatKeys(performance.id, behind: performance.room)
        keys[performance.id] = made
        return made
    }

    /// Runs a script, after loading the seats if Redis does not know them. Nil: there is no such
    /// performance.
    func run(_ script: RedisScript, _ id: PerformanceID, _ arguments: [RedisArgument] = [])
        async throws(StoreError) -> ReplyReader?
    {
        guard let performance = try await source.performance(id) else { return nil }
        return try await run(script, performance, arguments)
    }

    func run(_ script: RedisScript, _ known: Performance, _ arguments: [RedisArgument])
        async throws(StoreError) -> ReplyReader?
    {
        var performance = known
        for attempt in 1...Self.runsMax {
            let keys = keys(of: performance)
            // What was seen when the call left: replies may be taken up in another order.
            let least = seen[performance.id]
            let reply = try await redis.reply(to: script, keys: keys.all, arguments)
            var replaced = ""
            let code = try reply.integer(0)
            if code != 0 {
                let found = StateVersion(try reply.integer(1), try reply.integer(2))
                if least.map({ found < $0 }) != true, code == 1 {
                    note(found, of: performance.id)
                    return reply
                }
                // Others go on changing it; the last load takes whatever is there.
                replaced = attempt + 1 == Self.runsMax ? "*" : found.description
            }
            // While this reply was under way somebody has loaded them.
            if code == 0, let now = seen[performance.id], now != least { continue }
            guard let loaded = try await load(performance.id, replacing: replaced) else {
                return nil
            }
            performance = loaded
        }
        throw .unavailable("the seats of \(known.id) are lost again and again")
    }

    /// Remembers how far Redis has come.
    func note(_ version: StateVersion, of id: PerformanceID) {
        if let known = seen[id], version < known { return }
        if seen.count >= Self.performancesMax { seen.removeAll(keepingCapacity: true) }
        seen[id] = version
    }

    /// The newest generation that was seen.
    func generation(of id: PerformanceID) -> Int64 { seen[id]?.generation ?? 0 }
}
