import Capability
import Coupons
import Ledger
import Points
import Site

extension ShopHandlers: Capability {
    package static let checks = LedgerCheck.shop
    package static let counted: [Counts.Kind] = [.ordered]

    package convenience init(in context: LoopContext) {
        let coupons = context[CouponHandlers.self].coupons
        let store = ShopStore(
            ledger: ShopLedger(context.database),
            attempts: context.attempts,
            coupons: coupons.names,
            committed: context.committed,
            on: context.loop
        )
        self.init(
            site: context.site,
            shopStore: store,
            pointStore: context[PointHandlers.self].pointStore,
            coupons: coupons
        )
    }
}

extension Counts.Kind {
    static let ordered = Counts.Kind("ordered")
}
