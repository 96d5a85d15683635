import EventLoop
import HTTP
import Onsale
import Redis
import Store
import Web

/// Gathers the numbers of all loops for `/metrics` and `/readyz`.
actor Gauges {
    private let loops: [EventLoop]
    private let connections: [RedisConnection]
    private let keeper: RoomKeeper
    private let privateRedis: RedisServerProcess?
    private var servers: [HTTPServer] = []

    /// Rooms that `/metrics` and `/` tell of: each is a script call.
    static let roomsMax = 1_000

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loops[0].asUnownedSerialExecutor()
    }

    init(
        loops: [EventLoop],
        connections: [RedisConnection],
        keeper: RoomKeeper,
        _ privateRedis: RedisServerProcess?
    ) {
        self.loops = loops
        self.connections = connections
        self.keeper = keeper
        self.privateRedis = privateRedis
    }

    func add(_ server: HTTPServer) { servers.append(server) }

    /// What keeps the server from serving.
    func problems() async -> [String] {
        for connection in connections where await !connection.isAvailable {
            let reason = await connection.lastFailure ?? "not connected yet"
            return ["redis: \(reason)"]
        }
        return []
    }

    func measure() async -> Measurements {
        var http = HTTPStatistics()
        for server in servers { http = http + (await server.statistics()) }
        var redis = RedisStatistics()
        var isAvailable = true
        for connection in connections {
            redis = redis + (await connection.statistics())
            if await !connection.isAvailable { isAvailable = false }
        }
        var store = Measurements.Store()
        store.roundTrips = redis.roundTrips
        store.timeouts = redis.timeouts
        store.reconnects = redis.reconnects
        store.refused = redis.refused
        store.inFlight = redis.inFlight
        store.latencyBounds = RedisStatistics.latencyBoundsUs.map { Double($0) / 1e6 }
        store.latencyCounts = redis.latencyCounts
        store.latencySumSeconds = Double(redis.latencySumNs) / 1e9
        store.isAvailable = isAvailable
        store.restarts = await privateRedis?.restarts ?? 0
        return Measurements(
            loops: loops.map { Measurements.Loop($0.statistics) },
            http: http,
            store: store,
            rooms: await keeper.reports(max: Self.roomsMax)
        )
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
