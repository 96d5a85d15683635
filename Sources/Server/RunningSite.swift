import Capability
import CProcessShims
import Crypto
import Engines
import EventLoop
import HTTP
import Logging
import Operating
import Redis
import Site

/// Everything a running server owns, in the order it was started.
struct RunningSite: Sendable {
    let url: String
    private let configuration: Configuration
    private let privateRedis: RedisServerProcess?
    private let loops: [ServerLoop]
    private let ledger: OpenLedger
    private let clockwork: Clockwork
    private let watch: ReadinessWatch
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
        let connections = try await connect(endpoint, on: loops)
        let fitness = RedisFitness(redis: connections[0], on: first)
        await fitness.start()
        let context = ServerContext(configuration, secrets, ledger, connections[0])
        let watch = ReadinessWatch(
            connections,
            fitness,
            ledger.databases,
            context.process.relay,
            on: first
        )
        let gauges = Gauges(
            loops,
            connections,
            watch,
            ledger.databases,
            context.process.relay,
            privateRedis,
            Starts(in: configuration.dataFolder)
        )
        let capabilities = try await capabilities(context, gauges, watch, connections, ledger)
        let clockwork = await Clockwork.start(capabilities[0])
        let running = try await listen(context, gauges, capabilities)
        await watch.start(capabilities[0].all)
        let demo = configuration.isDemo ? Demo(in: capabilities[0].context) : nil
        await demo?.start()
        let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
        return RunningSite(
            url: "http://\(host):\(running[0].port)",
            configuration: configuration,
            privateRedis: privateRedis,
            loops: running,
            ledger: ledger,
            clockwork: clockwork,
            watch: watch,
            demo: demo,
            accessLog: context.accessLog
        )
    }

    /// The capabilities of each loop.
    private static func capabilities(
        _ context: ServerContext,
        _ gauges: Gauges,
        _ watch: ReadinessWatch,
        _ connections: [RedisConnection],
        _ ledger: OpenLedger
    ) async throws(StartError) -> [LoopCapabilities] {
        let status = ServerStatus(
            readiness: { await watch.readiness() },
            measure: { await gauges.measure() },
            loops: { await gauges.capabilities.map(\.context) }
        )
        var all: [LoopCapabilities] = []
        for (index, redis) in connections.enumerated() {
            let loop = try await LoopCapabilities.build(
                context,
                status,
                first: all.first?.context,
                redis: redis,
                database: ledger.database(index)
            )
            await gauges.add(loop)
            all.append(loop)
        }
        return all
    }

    /// A server for each loop, on one port.
    private static func listen(
        _ context: ServerContext,
        _ gauges: Gauges,
        _ all: [LoopCapabilities]
    ) async throws(StartError) -> [ServerLoop] {
        var running: [ServerLoop] = []
        var port = context.configuration.port
        for capabilities in all {
            let loop = try await ServerLoop.start(context, capabilities, port: port)
            port = loop.port
            await gauges.add(loop)
            running.append(loop)
        }
        return running
    }

    /// A connection for each loop. Without an answer the start goes on: rooms then answer 503.
    private static func connect(_ endpoint: RedisEndpoint, on loops: [EventLoop])
        async throws(StartError) -> [RedisConnection]
    {
        let scripts = Capabilities.all.flatMap { $0.scripts } + [FitnessScripts()[.look]]
        var connections: [RedisConnection] = []
        for loop in loops {
            let redis = RedisConnection(endpoint, scripts: scripts, on: loop)
            await redis.start()
            connections.append(redis)
        }
        if await !connections[0].whenConnected(timeoutMs: redisPatienceMs) {
            let reason = await connections[0].lastFailure ?? "no answer"
            guard await !connections[0].isMisconfigured else {
                throw StartError(line: "Redis cannot be used: \(reason)")
            }
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
                try await loop.capabilities.context.site.renewKeys(auth: auth, adminKey: adminKey)
            }
            Log.info("keys_read_again")
        } catch {
            let reason = (error as? StartError)?.line ?? "\(error)"
            Log.error("keys_not_read", [("reason", reason)])
        }
    }

    /// Says that no visitors should be sent here any more, and goes on serving.
    func drain() async {
        await watch.drain()
        for loop in loops { await loop.server.drain() }
    }

    /// Stops accepting, finishes what is in flight, then lets go of Redis.
    func stop() async {
        await demo?.stop()
        await withTaskGroup(of: Void.self) { group in
            for loop in loops { group.addTask { await loop.server.stop() } }
        }
        var looks = 0
        while let accessLog, !accessLog.stop(), looks < Self.logLooksMax {
            looks += 1
            await loops[0].loop.sleep(ms: 10)
        }
        await watch.stop()
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
