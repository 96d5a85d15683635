import Coupons
import CProcessShims
import Crypto
import Engines
import EventLoop
import HTTP
import Logging
import Operating
import Rankings
import Redis
import Rooms
import Seats
import Site

/// Everything a running server owns, in the order it was started.
struct RunningSite: Sendable {
    let url: String
    private let configuration: Configuration
    private let privateRedis: RedisServerProcess?
    private let loops: [ServerLoop]
    private let ledger: OpenLedger
    private let clockwork: Clockwork
    private let demo: Demo?
    private let accessLog: AccessLog?

    /// A second, for a reader of the log who does not read.
    private static let logLooksMax = 100
    /// How long the start waits for Redis before it goes on without.
    private static let redisPatienceMs = 5_000

    static func start(_ configuration: Configuration, on first: EventLoop)
        async throws(StartError) -> RunningSite
    {
        let secrets = try Secrets(configuration)
        let (endpoint, privateRedis) = try await redis(configuration, on: first)
        do throws(StartError) {
            return try await start(
                configuration,
                secrets,
                endpoint,
                privateRedis,
                on: first
            )
        } catch {
            await privateRedis?.stop()
            throw error
        }
    }

    private static func start(
        _ configuration: Configuration,
        _ secrets: Secrets,
        _ endpoint: RedisEndpoint,
        _ privateRedis: RedisServerProcess?,
        on first: EventLoop
    ) async throws(StartError) -> RunningSite {
        let loops = [first] + (1..<configuration.threads).map { _ in EventLoop.start() }
        for (index, loop) in loops.enumerated() {
            await Task(executorPreference: loop) {
                unsafe cshim_crash_adopt_thread("loop \(index)")
            }.value
        }
        let ledger = try await OpenLedger.open(configuration, on: loops)
        let connections = await connect(endpoint, on: loops)
        let fitness = RedisFitness(redis: connections[0], on: first)
        await fitness.start()
        let context = try await ServerContext(configuration, secrets, ledger, connections[0])
        let gauges = Gauges(
            loops,
            connections,
            fitness,
            ledger.databases,
            context,
            privateRedis,
            Starts(in: configuration.dataFolder)
        )
        var stores: [LoopStores] = []
        for (index, redis) in connections.enumerated() {
            let database = ledger.database(index)
            stores.append(
                await LoopStores.start(context, redis: redis, database: database, on: loops[index])
            )
        }
        let clockwork = await Clockwork.start(context, stores[0], ledger.database(0), on: first)
        let running = try await listen(context, gauges, connections, stores)
        let demo = configuration.isDemo ? await startDemo(running[0]) : nil
        let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
        return RunningSite(
            url: "http://\(host):\(running[0].port)",
            configuration: configuration,
            privateRedis: privateRedis,
            loops: running,
            ledger: ledger,
            clockwork: clockwork,
            demo: demo,
            accessLog: context.accessLog
        )
    }

    /// A server for each loop, on one port.
    private static func listen(
        _ context: ServerContext,
        _ gauges: Gauges,
        _ connections: [RedisConnection],
        _ stores: [LoopStores]
    ) async throws(StartError) -> [ServerLoop] {
        let status = status(context, gauges)
        var running: [ServerLoop] = []
        var port = context.configuration.port
        for (redis, stores) in zip(connections, stores) {
            let loop = try await ServerLoop.start(
                context,
                status,
                stores,
                redis: redis,
                port: port,
                isFirst: running.isEmpty,
                on: redis.loop
            )
            port = loop.port
            await gauges.add(loop)
            running.append(loop)
        }
        return running
    }

    private static func status(_ context: ServerContext, _ gauges: Gauges) -> ServerStatus {
        let keeper = context.keeper
        return ServerStatus(
            jwks: context.secrets.credentials.passKey.jwks(),
            isDemo: context.configuration.isDemo,
            readiness: { await gauges.readiness() },
            rooms: { await keeper.rooms(after: $0, max: $1) },
            roomReports: { await keeper.reports(max: Gauges.roomsMax) },
            measure: { await gauges.measure() }
        )
    }

    private struct Demo {
        let crowd: DemoCrowd
        let shop: DemoShop
        let sales: DemoSales
    }

    private static func startDemo(_ first: ServerLoop) async -> Demo {
        let stores = first.stores
        let demo = Demo(
            crowd: DemoCrowd(stores, on: first.loop),
            shop: DemoShop(stores, on: first.loop),
            sales: DemoSales(stores, on: first.loop)
        )
        await demo.crowd.start()
        await demo.shop.start()
        await demo.sales.start()
        return demo
    }

    /// A connection for each loop. Without an answer the start goes on: rooms then answer 503.
    private static func connect(_ endpoint: RedisEndpoint, on loops: [EventLoop])
        async -> [RedisConnection]
    {
        let scripts =
            RoomScripts().all + SeatScripts().all + CouponScripts().all
            + BoardScripts().all + PopularScripts().all + [FitnessScripts()[.look]]
        var connections: [RedisConnection] = []
        for loop in loops {
            let redis = RedisConnection(endpoint, scripts: scripts, on: loop)
            await redis.start()
            connections.append(redis)
        }
        if await !connections[0].whenConnected(timeoutMs: redisPatienceMs) {
            let reason = await connections[0].lastFailure ?? "no answer"
            printToStandardError("onsale: Redis is away (\(reason)); going on, rooms answer 503")
        }
        return connections
    }

    /// Reads the keys again that callers are checked with. If one cannot be used all stay.
    func readKeysAgain() async {
        do {
            let auth = try Secrets.auth(configuration)
            let adminKey = try Secrets.adminKeyAgain(configuration)
            for loop in loops {
                try await loop.handlers.site.renewKeys(auth: auth, adminKey: adminKey)
            }
            Log.info("keys_read_again")
        } catch {
            let reason = (error as? StartError)?.line ?? "\(error)"
            Log.error("keys_not_read", [("reason", reason)])
        }
    }

    /// Stops accepting, finishes what is in flight, then lets go of Redis.
    func stop() async {
        await demo?.crowd.stop()
        await demo?.shop.stop()
        await demo?.sales.stop()
        await withTaskGroup(of: Void.self) { group in
            for loop in loops { group.addTask { await loop.server.stop() } }
        }
        var looks = 0
        while let accessLog, !accessLog.stop(), looks < Self.logLooksMax {
            looks += 1
            await loops[0].loop.sleep(ms: 10)
        }
        await clockwork.stop()
        await ledger.close()
        for loop in loops { await loop.redis.close() }
        await privateRedis?.stop()
    }

    // MARK: Parts

    private static func redis(_ configuration: Configuration, on loop: EventLoop)
        async throws(StartError) -> (RedisEndpoint, RedisServerProcess?)
    {
        if case .at(let endpoint) = configuration.redis { return (endpoint, nil) }
        let process = RedisServerProcess(
            folder: configuration.dataFolder + "/redis",
            program: configuration.redisProgram,
            on: loop
        )
        do {
            try await process.start()
        } catch {
            throw StartError(line: error.description)
        }
        if let notice = process.notice { printToStandardError("onsale: \(notice)") }
        return (process.endpoint, process)
    }
}
