import Capability
import Engines
import Ledger
import Redis
import Site
import Values

extension RoomHandlers: Capability {
    package static let scripts = RoomScripts().all
    package static let checks = LedgerCheck.lanes

    /// The process has one keeper and one of draws; they live on its first loop.
    package convenience init(in house: House) async throws(StoreError) {
        let household = house.household
        let credentials = TicketCredentials(
            ticketKey: household.ticketKey,
            passKey: household.passKey,
            issuer: household.issuer
        )
        let keeper: RoomKeeper
        let draws: DrawKeeper
        if let first = house.first?[RoomHandlers.self] {
            (keeper, draws) = (first.keeper, first.draws)
        } else {
            let registry = try await RoomRegistry(ledger: RoomLedger(house.database))
            keeper = RoomKeeper(
                redis: house.redis,
                registry: registry,
                retainMs: household.retainMs,
                on: house.loop
            )
            draws = DrawKeeper(
                redis: house.redis,
                registry: registry,
                credentials: credentials,
                inUse: { [keeper] in keeper.inUse },
                on: house.loop
            )
        }
        let store = RoomStore(
            redis: house.redis,
            keeper: keeper,
            credentials: credentials,
            waitingMax: household.waitingMax,
            on: house.loop
        )
        self.init(site: house.site, store: store, keeper: keeper, draws: draws)
    }

    package func start() async {
        await store.start()
        await live.start()
    }

    package func startClock() async {
        await keeper.start()
        await draws.start()
    }

    package func stopClock() async {
        await draws.stop()
        await keeper.stop()
    }

    package func obstacles() async -> [String] {
        await keeper.isFailing ? ["ticks_failing"] : []
    }

    package static func audit(_ engines: AuditEngines) async -> [AuditLine] {
        let draws = await DrawAudit(engines.database).audit()
        return [draws] + (await RoomAudit(redis: engines.redis).audit())
    }
}
