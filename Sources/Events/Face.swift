import Capability
import Ledger

extension EventHandlers: Capability {
    package static let checks = LedgerCheck.outbox

    package convenience init(in house: House) {
        let outbox = Outbox(house.database)
        self.init(
            site: house.site,
            outbox: OutboxEvents(outbox, position: house.household.relay.position)
        )
    }
}
