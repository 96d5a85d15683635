import Capability
import Ledger

extension EventHandlers: Capability {
    package static let checks = LedgerCheck.outbox

    package convenience init(in context: LoopContext) {
        let outbox = Outbox(context.database)
        self.init(
            site: context.site,
            outbox: OutboxEvents(outbox, position: context.process.relay.position)
        )
    }
}
