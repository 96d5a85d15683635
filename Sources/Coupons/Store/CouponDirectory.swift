import Engines
import EventLoop
import Values

/// Coupons as the ledger had them at most a second ago.
package typealias CouponDirectory = Directory<CouponID, CouponRow>

extension CouponDirectory {
    init(ledger: CouponLedger, on loop: EventLoop) {
        self.init(directoryOn: loop) { id throws(StoreError) in try await ledger.coupon(id) }
    }

    /// What `coupon` takes off `total` points. Nil: there is no such coupon, or it would be used up
    /// for nothing. Whose it is, and that it was not used, the ledger decides.
    package func discount(of coupon: CouponID?, on total: Int64) async throws(StoreError) -> Int64?
    {
        guard let coupon else { return 0 }
        let off = try await found(coupon)?.coupon.discount.off(total)
        return off == 0 ? nil : off
    }
}
