import Capability
import EventLoop
import HTTP
import Logging
import Redis
import Site

/// What each loop has of its own.
struct ServerLoop: Sendable {
    let loop: EventLoop
    let redis: RedisConnection
    let capabilities: LoopCapabilities
    let server: HTTPServer
    /// Where it listens; all loops of a process listen there.
    let port: UInt16

    /// Builds a loop's server, which listens from now on. `port` 0 takes a free one.
    static func start(
        _ context: ServerContext,
        _ capabilities: LoopCapabilities,
        port: UInt16
    ) async throws(StartError) -> ServerLoop {
        let isFirst = capabilities.context.first == nil
        let server = HTTPServer(
            http(context, capabilities.context.site, port: port, isFirst: isFirst),
            routes: capabilities.routes,
            on: capabilities.context.loop
        )
        let taken: UInt16
        do {
            taken = try await server.start()
        } catch {
            throw StartError(line: "\(error)")
        }
        return ServerLoop(
            loop: capabilities.context.loop,
            redis: capabilities.context.redis,
            capabilities: capabilities,
            server: server,
            port: taken
        )
    }

    private static func http(_ context: ServerContext, _ site: Site, port: UInt16, isFirst: Bool)
        -> HTTPConfiguration
    {
        let configuration = context.configuration
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
        http.buffered = context.buffered
        http.refuseUnrouted = { site.refuseUnrouted($0) }
        if let log = context.accessLog { http.onAnswer = { log.write($0.fields) } }
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
