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
    package convenience init(in context: LoopContext) async throws(StoreError) {
        let process = context.process
        let credentials = TicketCredentials(
            ticketKey: process.ticketKey,
            passKey: process.passKey,
            issuer: process.issuer
        )
        let keeper: RoomKeeper
        let draws: DrawKeeper
        if let first = context.first?[RoomHandlers.self] {
            (keeper, draws) = (first.keeper, first.draws)
        } else {
            let registry = try await RoomRegistry(ledger: RoomLedger(context.database))
            keeper = RoomKeeper(
                redis: context.redis,
                registry: registry,
                retainMs: process.retainMs,
                on: context.loop
            )
            draws = DrawKeeper(
                redis: context.redis,
                registry: registry,
                credentials: credentials,
                inUse: { [keeper] in keeper.inUse },
                on: context.loop
            )
        }
        let store = RoomStore(
            redis: context.redis,
            keeper: keeper,
            credentials: credentials,
            waitingMax: process.waitingMax,
            on: context.loop
        )
        self.init(site: context.site, store: store, keeper: keeper, draws: draws)
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

    package func troubles() async -> [String] {
        await keeper.isFailing ? ["ticks_failing"] : []
    }

    package static func audit(_ engines: AuditEngines) async -> [AuditLine] {
        let draws = await DrawAudit(engines.database).audit()
        return [draws] + (await RoomAudit(redis: engines.redis).audit())
    }
}
