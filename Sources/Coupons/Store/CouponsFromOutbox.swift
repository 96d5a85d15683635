import Engines
import Ledger
import Values

extension OutboxConsumer {
    /// Tells the gates what operators have changed, should the process that took the change have
    /// died before it could.
    static func coupons(_ coupons: CouponStore) -> OutboxConsumer {
        OutboxConsumer("coupons") { events throws(StoreError) in
            var changed: [CouponID] = []
            for event in events where event.kind == "coupon.changed" {
                guard let id = CouponID(event.subject), !changed.contains(id) else { continue }
                changed.append(id)
            }
            for id in changed {
                guard let row = try await coupons.row(of: id) else { continue }
                try await coupons.configure(row)
            }
        }
    }
}
