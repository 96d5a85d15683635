import Capability
import Coupons
import Ledger
import Points
import Site

extension ShopHandlers: Capability {
    package static let checks = LedgerCheck.shop
    package static let counted: [Counts.Kind] = [.ordered]

    package convenience init(in house: House) {
        let coupons = house[CouponHandlers.self].coupons
        let store = ShopStore(
            ledger: ShopLedger(house.database),
            attempts: house.attempts,
            coupons: coupons.names,
            committed: house.committed,
            on: house.loop
        )
        self.init(
            site: house.site,
            shopStore: store,
            pointStore: house[PointHandlers.self].pointStore,
            coupons: coupons
        )
    }
}

extension Counts.Kind {
    static let ordered = Counts.Kind("ordered")
}
