import Capability
import Engines
import EventLoop
import HTTP
import Ledger
import Operating
import Redis
import Site
import SQL

/// Gathers the numbers of all loops for `/metrics`.
actor Gauges {
    private let loops: [EventLoop]
    private let connections: [RedisConnection]
    private let watch: ReadinessWatch
    private let databases: [any Database]
    private let relay: OutboxRelay
    private let privateRedis: RedisServerProcess?
    private let starts: Starts
    private(set) var capabilities: [LoopCapabilities] = []
    private var serverLoops: [ServerLoop] = []

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loops[0].asUnownedSerialExecutor()
    }

    init(
        _ loops: [EventLoop],
        _ connections: [RedisConnection],
        _ watch: ReadinessWatch,
        _ databases: [any Database],
        _ relay: OutboxRelay,
        _ privateRedis: RedisServerProcess?,
        _ starts: Starts
    ) {
        self.loops = loops
        self.connections = connections
        self.watch = watch
        self.databases = databases
        self.relay = relay
        self.privateRedis = privateRedis
        self.starts = starts
    }

    func add(_ loop: LoopCapabilities) { capabilities.append(loop) }

    func add(_ serverLoop: ServerLoop) { serverLoops.append(serverLoop) }

    func measure() async -> Measurements {
        var http = HTTPStatistics()
        var counts = Counts()
        for serverLoop in serverLoops {
            http = http + (await serverLoop.server.statistics())
            counts = counts + (await serverLoop.capabilities.context.site.counts.counts)
        }
        return Measurements(
            process: .init(startsTotal: starts.total, startSeconds: starts.atSeconds),
            readiness: await watch.readiness(),
            loops: loops.map { Measurements.Loop($0.statistics) },
            http: http,
            store: await store(),
            ledger: await ledger(),
            failures: Background.failures(),
            counts: counts
        )
    }

    private func store() async -> Measurements.Store {
        var redis = RedisStatistics()
        var isAvailable = true
        for connection in connections {
            redis = redis + (await connection.statistics())
            let isRefusing = await connection.refusalCode != nil
            if await !connection.isAvailable || isRefusing { isAvailable = false }
        }
        var store = Measurements.Store()
        store.roundTrips = redis.roundTrips
        store.timeouts = redis.timeouts
        store.reconnects = redis.reconnects
        store.refused = redis.refused
        store.refusals = redis.refusals
        store.inFlight = redis.inFlight
        store.latencyBounds = RedisStatistics.latencyBoundsUs.map { Double($0) / 1e6 }
        store.latencyCounts = redis.latencyCounts
        store.latencySumSeconds = Double(redis.latencySumNs) / 1e9
        store.isAvailable = isAvailable
        store.restarts = await privateRedis?.restarts ?? 0
        return store
    }

    private func ledger() async -> Measurements.Ledger {
        var sql = SQLStatistics()
        var isAvailable = true
        for database in databases {
            sql = sql + (await database.statistics())
            if await database.problem() != nil { isAvailable = false }
        }
        var ledger = Measurements.Ledger()
        ledger.entries = sql.entries
        ledger.commits = sql.commits
        ledger.refused = sql.refused
        ledger.failures = sql.failures
        ledger.reads = sql.reads
        ledger.readsPending = sql.readsPending
        ledger.readsExpired = sql.readsExpired
        ledger.readsAbandoned = sql.readsAbandoned
        ledger.reconnects = sql.reconnects
        ledger.pending = sql.pending
        ledger.entrySeconds = sql.entrySecondsTotal
        ledger.isAvailable = isAvailable
        let outbox = await relay.statistics()
        ledger.outboxLatest = Int(outbox.latest)
        ledger.outboxCursors = outbox.consumers.map { ($0.name, Int($0.cursor)) }
        return ledger
    }
}

extension Measurements.Loop {
    fileprivate init(_ statistics: LoopStatistics) {
        self.init(
            lagSeconds: Double(statistics.lagNs) / 1e9,
            lagMaxSeconds: Double(statistics.lagMaxNs) / 1e9,
            turns: statistics.turns,
            jobs: statistics.jobs,
            foreignEnqueues: statistics.foreignEnqueues
        )
    }
}
