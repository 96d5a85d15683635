import Engines
import EventLoop
import Redis
import Values

/// What the gate shows to one look.
struct GateLook: Sendable {
    let issued: Int64
    let quantity: Int64
    let startsMs: Int64
    let endsMs: Int64
    let atMs: Int64
    /// The number of the user's coupon; nil: none.
    let number: Int64?
}

extension CouponStore {
    /// How the coupon stands, and the instant of it by Redis's clock. While Redis is away the
    /// ledger says it. Nil: there is no such coupon.
    package func standing(_ id: CouponID) async throws(StoreError) -> (
        standing: CouponStanding, atMs: Int64
    )? {
        guard let row = try await names.found(id) else { return nil }
        do throws(StoreError) {
            guard let look = try await looks.ask(nil, about: id) else { return nil }
            var coupon = row.coupon
            coupon.quantity = look.quantity
            coupon.startsAt = look.startsMs > 0 ? Timestamp(milliseconds: look.startsMs) : nil
            coupon.endsAt = look.endsMs > 0 ? Timestamp(milliseconds: look.endsMs) : nil
            return (CouponStanding(coupon: coupon, issued: look.issued), look.atMs)
        } catch {
            guard case .unavailable = error, let row = try await ledger.coupon(id) else {
                throw error
            }
            return (CouponStanding(coupon: row.coupon, issued: row.issued), loop.clock.wallMs())
        }
    }

    /// The number of the user's coupon; nil: none. While Redis is away the ledger says it.
    func sequence(of id: CouponID, for user: UserID) async throws(StoreError) -> Int64? {
        do throws(StoreError) {
            return try await looks.ask(user, about: id)?.number
        } catch {
            guard case .unavailable = error else { throw error }
            return try await ledger.sequence(of: id, for: user)
        }
    }

    /// A page of the user's coupons, the newest first.
    func owned(by user: UserID, _ page: PageRequest = .init())
        async throws(StoreError) -> ListPage<OwnedCoupon>
    {
        try await ledger.coupons(of: user, page)
    }

    /// The user's newest coupons that were not used, at most `max`.
    package func usable(by user: UserID, max: Int) async throws(StoreError) -> [OwnedCoupon] {
        try await ledger.usableCoupons(of: user, max: max)
    }

    /// Coupons that can be claimed now or later, at most `max`, as the ledger has them.
    package func openCoupons(max: Int) async throws(StoreError) -> [Coupon] {
        try await ledger.openCoupons(max: max, atMs: loop.clock.wallMs()).map(\.coupon)
    }

    func look(_ id: CouponID, _ asked: ArraySlice<Looks.Asked>) async throws(StoreError)
        -> [GateLook]?
    {
        let users = asked.compactMap(\.question)
        let arguments = users.map { RedisArgument.string($0.raw) }
        guard var reply = try await run(scripts[.look], id, arguments) else { return nil }
        if reply.hasOverdue {
            await inquire(id)
            guard let second = try await run(scripts[.look], id, arguments) else { return nil }
            reply = second
        }
        guard reply.count == 4 + users.count else {
            throw .broken("\(reply.count) values for \(users.count) looks")
        }
        var looks: [GateLook] = []
        var next = 4
        for look in asked {
            var number: Int64 = 0
            if look.question != nil {
                number = try reply.integer(next)
                next += 1
            }
            looks.append(
                GateLook(
                    issued: reply.issued,
                    quantity: reply.quantity,
                    startsMs: try reply.integer(1),
                    endsMs: try reply.integer(2),
                    atMs: reply.nowMs,
                    number: number > 0 ? number : nil
                )
            )
        }
        return looks
    }
}
