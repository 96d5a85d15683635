import EventLoop
public import Onsale
import Redis

/// What became of a request to make or change a coupon.
public enum PutCouponOutcome: Equatable, Sendable {
    case put(Coupon)
    /// A new coupon needs this field.
    case missing(String)
    /// So many are issued, or numbered, already; the quantity cannot be less.
    case fewerThanIssued(Int64)
    case endsBeforeStart
}

extension CouponStore {
    /// Makes a coupon or changes it; the ledger has it before the gate does. A greater quantity
    /// reopens one that was finished.
    public func put(_ change: CouponChange, of id: CouponID) async throws(StoreError)
        -> PutCouponOutcome
    {
        var coupon: Coupon
        if let old = try await ledger.coupon(id) {
            coupon = old.coupon
        } else {
            guard let name = change.name else { return .missing("name") }
            guard let quantity = change.quantity else { return .missing("quantity") }
            guard let discount = change.discount else {
                return .missing("discountAmount or discountPercent")
            }
            coupon = Coupon(id: id, name: name, quantity: quantity, discount: discount)
        }
        coupon.apply(change)
        if let start = coupon.startsAt, let end = coupon.endsAt, end <= start {
            return .endsBeforeStart
        }
        switch try await ledger.put(coupon, atMs: loop.clock.wallMs()) {
        case .success(let row):
            await names.forget(id)
            committed()
            // A failure is the relay's to make good: the change is in the outbox.
            try? await configure(row)
            return .put(row.coupon)
        case .failure(let fewer): return .fewerThanIssued(fewer.least)
        }
    }

    /// Tells the gate what the ledger says, if there is one and it knows nothing newer.
    func configure(_ row: CouponRow) async throws(StoreError) {
        let keys = keys(of: row.coupon.id)
        let settings = row.gateSettings(retainMs)
        _ = try await redis.reply(to: scripts.configure, keys: keys.all, settings)
    }
}

extension Coupon {
    fileprivate mutating func apply(_ change: CouponChange) {
        if let value = change.name { name = value }
        if let value = change.quantity { quantity = value }
        if let value = change.discount { discount = value }
        if let value = change.startsAt { startsAt = value }
        if let value = change.endsAt { endsAt = value }
    }
}
