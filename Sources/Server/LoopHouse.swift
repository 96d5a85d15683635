import Capability
import EventLoop
import HTTP
import Operating
import Redis
import Site
import SQL

/// The capabilities of one loop, in the order of the list.
struct LoopHouse: Sendable {
    let house: House
    let capabilities: [any Capability]

    /// `first` is that of the first loop; nil: this is the first.
    static func build(
        _ context: ServerContext,
        _ status: ServerStatus,
        first: House?,
        redis: RedisConnection,
        database: any Database
    ) async throws(StartError) -> LoopHouse {
        let house = House(
            context.household,
            first: first,
            site: try site(context, on: redis.loop),
            redis: redis,
            database: database
        )
        house.add(status)
        var all: [any Capability] = []
        do {
            for type in Capabilities.all {
                let capability = try await type.init(in: house)
                house.add(capability)
                all.append(capability)
            }
        } catch {
            throw StartError(line: "the ledger cannot be read: \(error)")
        }
        for capability in all { await capability.start() }
        return LoopHouse(house: house, capabilities: all)
    }

    var routes: [HTTPRoute] { capabilities.flatMap(\.routes) }

    private static func site(_ context: ServerContext, on loop: EventLoop)
        throws(StartError) -> Site
    {
        do {
            return try Site(
                listTurns: context.listTurns,
                auth: context.secrets.auth,
                visitorKey: context.secrets.ticketKey,
                rates: context.configuration.rates,
                hasSecureCookies: context.configuration.hasSecureCookies,
                adminKey: context.secrets.adminKey,
                on: loop
            )
        } catch {
            throw StartError(line: "\(context.configuration.auth.keyFlag): \(error)")
        }
    }
}
