import Engines
import EventLoop
import Values

/// What became of a request to make or change a coupon.
package enum PutCouponOutcome: Equatable, Sendable {
    case put(CouponRow)
    /// It is not what the sender has seen.
    case preconditionFailed
    /// A new coupon needs this field.
    case missing(String)
    /// So many are issued, or numbered, already; the quantity cannot be less.
    case fewerThanIssued(Int64)
    case endsBeforeStart
}

extension CouponStore {
    /// Others may change the same coupon at the same time; each time it is read again.
    private static let attemptsMax = 16

    /// Makes a coupon or changes it; the ledger has it before the gate does. A greater quantity
    /// reopens one that was finished. Fields that are left out keep the value that they have when
    /// it is written.
    package func put(
        _ change: CouponChange,
        of id: CouponID,
        if precondition: Precondition<CouponRow>? = nil
    ) async throws(StoreError) -> PutCouponOutcome {
        for _ in 0..<Self.attemptsMax {
            if let outcome = try await tryToPut(change, of: id, precondition) { return outcome }
        }
        throw .busy("Many change coupon \(id) at once.")
    }

    /// Nil: it was changed meanwhile.
    private func tryToPut(
        _ change: CouponChange,
        of id: CouponID,
        _ precondition: Precondition<CouponRow>?
    ) async throws(StoreError) -> PutCouponOutcome? {
        let old = try await ledger.coupon(id)
        if let precondition, !precondition(old) { return .preconditionFailed }
        var coupon: Coupon
        if let old {
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
        switch try await ledger.put(coupon, former: old?.revision, atMs: loop.clock.wallMs()) {
        case .put(let row):
            await names.forget(id)
            committed()
            // A failure is the relay's to make good: the change is in the outbox.
            await Background.settle.attempt(about: ("coupon", id.raw)) {
                try await configure(row)
            }
            return .put(row)
        case .fewerThanIssued(let least): return .fewerThanIssued(least)
        case .changedMeanwhile: return nil
        }
    }

    /// As the ledger has it.
    func row(of id: CouponID) async throws(StoreError) -> CouponRow? {
        try await ledger.coupon(id)
    }

    /// Tells the gate what the ledger says, if there is one and it knows nothing newer.
    func configure(_ row: CouponRow) async throws(StoreError) {
        let keys = keys(of: row.coupon.id)
        let settings = row.gateSettings(retainMs)
        _ = try await redis.reply(to: scripts[.configure], keys: keys.all, settings)
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
