import Onsale

extension SaleStore {
    /// What `coupon` takes off `total` points. Nil: there is no such coupon. Whose it is, and that
    /// it was not used, the ledger decides.
    func discount(of coupon: CouponID?, on total: Int64) async throws(StoreError) -> Int64? {
        guard let coupon else { return 0 }
        return try await coupons.found(coupon)?.coupon.discount.off(total)
    }
}
