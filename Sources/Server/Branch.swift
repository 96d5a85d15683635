import EventLoop
import HTTP
import Logging
import Redis
import SQL
import Store
import Web

/// What each loop has of its own.
struct Branch: Sendable {
    let loop: EventLoop
    let redis: RedisConnection
    let stores: BranchStores
    let server: HTTPServer
    /// Where it listens; all branches of a process listen there.
    let port: UInt16
    let handlers: LoopHandlers

    /// What all branches of a process share.
    struct Trunk: Sendable {
        let configuration: Configuration
        /// What waits for slow clients, over all loops.
        let buffered: BufferedBytes
        /// Nil: requests are not logged.
        let accessLog: AccessLog?
        let secrets: Secrets
        let status: ServerStatus
        let keeper: RoomKeeper
        let draws: DrawBook
        let attempts: AttemptsInFlight
        let listTurns: ListTurns
        /// Told after every commit that wrote into the outbox.
        let relay: OutboxRelay
        /// How fast performances sell.
        let sellouts: SelloutBook
    }

    /// Builds a loop's stores, routes and server, which listens from now on. `port` 0 takes a free
    /// one.
    static func start(
        _ trunk: Trunk,
        redis: RedisConnection,
        database: any Database,
        port: UInt16,
        isFirst: Bool,
        on loop: EventLoop
    ) async throws(StartError) -> Branch {
        let stores = await BranchStores.start(trunk, redis: redis, database: database, on: loop)
        let handlers = try handlers(trunk, stores, on: loop)
        await handlers.start()
        let server = HTTPServer(
            http(trunk, handlers.site, port: port, isFirst: isFirst),
            routes: handlers.routes,
            on: loop
        )
        let taken: UInt16
        do {
            taken = try await server.start()
        } catch {
            throw StartError(line: "\(error)")
        }
        return Branch(
            loop: loop,
            redis: redis,
            stores: stores,
            server: server,
            port: taken,
            handlers: handlers
        )
    }

    private static func handlers(
        _ trunk: Trunk,
        _ stores: BranchStores,
        on loop: EventLoop
    ) throws(StartError) -> LoopHandlers {
        do {
            return try LoopHandlers(trunk, stores, on: loop)
        } catch {
            throw StartError(line: "\(trunk.configuration.auth.keyFlag): \(error)")
        }
    }

    private static func http(_ trunk: Trunk, _ site: Site, port: UInt16, isFirst: Bool)
        -> HTTPConfiguration
    {
        let configuration = trunk.configuration
        var http = HTTPConfiguration(host: configuration.host, port: port)
        http.joinsPort = !isFirst
        http.connectionsMax = configuration.connectionsMax
        http.connectionsPerAddressMax = configuration.connectionsPerAddressMax
        http.trustedProxies = configuration.trustedProxies
        http.onProxyHeaderRefused = { peer in
            Log.warn("proxy_header_refused", [("address", "\(peer)")])
        }
        http.onHeadRefused = { fault, peer in
            let address = peer.map { "\($0)" } ?? "-"
            Log.info(
                "head_refused",
                kind: fault.rawValue,
                [("reason", fault.rawValue), ("address", address)]
            )
        }
        http.buffered = trunk.buffered
        http.refuseUnrouted = { site.refuseUnrouted($0) }
        if let log = trunk.accessLog { http.onAnswer = { log.write($0.fields) } }
        http.descriptorsReserved = Descriptors.reserved(threads: configuration.threads)
        return http
    }
}

extension HTTPAnswered {
    /// As a line of the log.
    fileprivate var fields: Log.Fields {
        var fields: Log.Fields = [
            ("method", method.rawValue), ("route", route ?? "-"), ("path", path),
            ("status", "\(status)"), ("bytes", "\(bytes)"),
            ("ms", "\(latencyNs / 1_000_000).\(latencyNs / 100_000 % 10)"),
            ("address", client.description),
        ]
        if let user { fields.append(("user", user)) }
        return fields
    }
}
