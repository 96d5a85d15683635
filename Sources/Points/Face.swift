import Capability
import Engines
import Ledger
import Site

extension PointHandlers: Capability {
    package static let checks = LedgerCheck.points
    package static let counted: [Counts.Kind] = [.charged]

    package convenience init(in house: House) {
        let store = PointStore(
            ledger: PointLedger(house.database),
            attempts: house.attempts,
            on: house.loop
        )
        house.add(Balances { user throws(StoreError) in try await store.balance(of: user) })
        self.init(site: house.site, pointStore: store)
    }
}

extension Counts.Kind {
    /// Also of a form of the shop.
    package static let charged = Counts.Kind("charged")
}
