import Capability
import Engines
import Ledger
import Site

extension PointHandlers: Capability {
    package static let checks = LedgerCheck.points
    package static let counted: [Counts.Kind] = [.charged]

    package convenience init(in context: LoopContext) {
        let store = PointStore(
            ledger: PointLedger(context.database),
            attempts: context.attempts,
            on: context.loop
        )
        context.add(Balances { user throws(StoreError) in try await store.balance(of: user) })
        self.init(site: context.site, pointStore: store)
    }
}

extension Counts.Kind {
    /// Also of a form of the shop.
    package static let charged = Counts.Kind("charged")
}
