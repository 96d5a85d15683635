import Capability
import EventLoop
import HTTP
import Operating
import Redis
import Site
import SQL

/// The capabilities of one loop, in the order of the list.
struct LoopCapabilities: Sendable {
    let context: LoopContext
    let all: [any Capability]

    /// `first` is that of the first loop; nil: this is the first.
    static func build(
        _ server: ServerContext,
        _ status: ServerStatus,
        first: LoopContext?,
        redis: RedisConnection,
        database: any Database
    ) async throws(StartError) -> LoopCapabilities {
        let context = LoopContext(
            server.process,
            first: first,
            site: try site(server, on: redis.loop),
            redis: redis,
            database: database
        )
        context.add(status)
        var all: [any Capability] = []
        do {
            for type in Capabilities.all {
                let capability = try await type.init(in: context)
                context.add(capability)
                all.append(capability)
            }
        } catch {
            throw StartError(line: "the ledger cannot be read: \(error)")
        }
        for capability in all { await capability.start() }
        return LoopCapabilities(context: context, all: all)
    }

    var routes: [HTTPRoute] { all.flatMap(\.routes) }

    private static func site(_ server: ServerContext, on loop: EventLoop)
        throws(StartError) -> Site
    {
        do {
            return try Site(
                listTurns: server.listTurns,
                auth: server.secrets.auth,
                visitorKey: server.secrets.ticketKey,
                rates: server.configuration.rates,
                hasSecureCookies: server.configuration.hasSecureCookies,
                adminKey: server.secrets.adminKey,
                on: loop
            )
        } catch {
            throw StartError(line: "\(server.configuration.auth.keyFlag): \(error)")
        }
    }
}
