import Engines
import EventLoop
import Redis
import Values

/// The seats as one loop sees them: every call is one script on the loop's own connection.
///
/// Redis holds the live state; the ledger decides, and Redis is loaded from it (`VersionedStore`).
package actor SeatStore: VersionedStore {
    package nonisolated let loop: EventLoop
    package let redis: RedisConnection
    let scripts: SeatScripts
    let source: SeatSource
    let seal: HoldSeal
    /// How long what is over stays in Redis; 0: for good.
    let retainMs: Int64
    let loads: SharedWork<PerformanceID, Performance?>
    var maps = Bounded<PerformanceID, KeptMap>(mapsMax)
    package var seen = SeenVersions<PerformanceID>()
    package var comparisons = Comparisons<PerformanceID>()
    package let comparing: SharedWork<PerformanceID, Void>
    private var keys = Bounded<PerformanceID, SeatKeys>(performancesMax)

    /// Performances whose keys are remembered.
    private static let performancesMax = 4_096
    package static let noun = "the seats of"

    /// `holdKey` authenticates the holds' tokens: 32 bytes, the same in all processes.
    init(
        redis: RedisConnection,
        holdKey: [UInt8],
        source: SeatSource,
        scripts: SeatScripts = SeatScripts(),
        retainMs: Int64 = 0,
        comparesWithLedger: Bool = true,
        on loop: EventLoop
    ) {
        self.loop = loop
        self.redis = redis
        self.source = source
        self.scripts = scripts
        self.retainMs = retainMs
        seal = HoldSeal(key: holdKey)
        comparisons.isOff = !comparesWithLedger
        loads = SharedWork(on: loop)
        comparing = SharedWork(on: loop)
    }

    func keys(of performance: Performance) -> SeatKeys {
        if let known = keys[performance.id], known.room == performance.room { return known }
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

    func run(_ script: RedisScript, _ performance: Performance, _ arguments: [RedisArgument])
        async throws(StoreError) -> ReplyReader?
    {
        try await reply(
            to: script,
            of: performance.id,
            keys: keys(of: performance).all,
            arguments
        )
    }

    package func build(_ id: PerformanceID, inPlaceOf found: StateVersion?, isLast: Bool)
        async throws(StoreError) -> [String]?
    {
        var replaced = found?.description ?? ""
        // Others go on changing them; the last load takes whatever is there.
        if isLast, found != nil { replaced = "*" }
        guard let performance = try await load(id, replacing: replaced) else { return nil }
        return keys(of: performance).all
    }
}
