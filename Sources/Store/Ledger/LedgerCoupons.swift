public import Onsale
import SQL

/// A coupon as the ledger has it.
public struct CouponRow: Sendable, Equatable {
    public var coupon: Coupon
    public var issued: Int64
    /// Counts the changes.
    public var revision: Int64
}

extension SaleLedger {
    private static let couponColumns: SQL = """
        coupon, name, quantity, issued, discount_amount, discount_percent, starts_ms, ends_ms,
        revision
        """
    /// The newest coupons of a user that one answer lists.
    private static let ownedMax = 1_000

    /// Nil: there is no such coupon.
    func coupon(_ id: CouponID) async throws(StoreError) -> CouponRow? {
        let columns = Self.couponColumns
        let rows = try await rows("select \(columns) from coupons where coupon = \(id.raw)")
        return try decoded { () throws(SQLError) in try rows.first.map(Self.row) }
    }

    /// All coupons, for `onsale audit`.
    func coupons() async throws(StoreError) -> [CouponRow] {
        let columns = Self.couponColumns
        let rows = try await rows("select \(columns) from coupons order by coupon")
        return try decoded { () throws(SQLError) in
            var coupons: [CouponRow] = []
            for row in rows { coupons.append(try Self.row(row)) }
            return coupons
        }
    }

    /// Coupons that can be claimed now or later, by their identifiers.
    func openCoupons(max: Int, atMs: Int64) async throws(StoreError) -> [CouponRow] {
        let columns = Self.couponColumns
        let rows = try await rows(
            """
            select \(columns) from coupons
            where issued < quantity and (ends_ms is null or ends_ms > \(atMs))
            order by coupon limit \(max)
            """
        )
        return try decoded { () throws(SQLError) in
            var coupons: [CouponRow] = []
            for row in rows { coupons.append(try Self.row(row)) }
            return coupons
        }
    }

    /// The quantity would be less than what is issued, or than the highest number.
    struct FewerThanIssued: Error { let least: Int64 }

    /// Writes `coupon` as it shall be from now on.
    func put(_ coupon: Coupon, atMs: Int64) async throws(StoreError)
        -> Result<CouponRow, FewerThanIssued>
    {
        let id = coupon.id.raw
        let columns = Self.couponColumns
        let highest: SQL = """
            (select coalesce(max(sequence), 0) from coupon_claims where coupon = \(id))
            """
        let result = try await commit([
            Self.upsert(coupon),
            // Null, and so refused, when a number is beyond it. A statement of its own: it sees
            // what was issued before the one above had the row to itself.
            """
            update coupons set quantity = case when quantity >= \(highest) then quantity end
            where coupon = \(id) returning \(columns)
            """,
            Self.event("coupon.changed", subject: id, payload: .coupon(coupon.id), atMs: atMs),
        ])
        switch result {
        case .success(let results):
            return .success(
                try decoded { () throws(SQLError) in
                    guard let row = results[1].rows.first else { throw .broken("a coupon unput") }
                    return try Self.row(row)
                }
            )
        case .failure(let refused)
        where refused.isBy("issued_within_quantity") || refused.violation.kind == .notNull:
            let rows = try await rows("select cast(\(highest) as bigint)")
            let least = try decoded { () throws(SQLError) in try rows[0].integer(0) }
            return .failure(FewerThanIssued(least: least))
        case .failure(let refused): throw refused.unexpected
        }
    }

    private static func upsert(_ coupon: Coupon) -> SQL {
        var amount: Int64?
        var percent: Int64?
        switch coupon.discount {
        case .amount(let points): amount = points
        case .percent(let points): percent = points
        }
        return """
            insert into coupons (coupon, name, quantity, discount_amount, discount_percent,
              starts_ms, ends_ms)
            values (\(coupon.id.raw), \(coupon.name), \(coupon.quantity), \(amount), \(percent),
              \(coupon.startsAt?.milliseconds), \(coupon.endsAt?.milliseconds))
            on conflict (coupon) do update set name = excluded.name,
              quantity = excluded.quantity, discount_amount = excluded.discount_amount,
              discount_percent = excluded.discount_percent, starts_ms = excluded.starts_ms,
              ends_ms = excluded.ends_ms, revision = coupons.revision + 1
            """
    }

    /// A user's coupons, the newest first.
    func coupons(of user: UserID) async throws(StoreError) -> [OwnedCoupon] {
        let statement: SQL = """
            select c.coupon, c.sequence, c.claimed_at_ms, u.used_at_ms from coupon_claims c
            left join coupon_uses u on u.user_id = c.user_id and u.coupon = c.coupon
            where c.user_id = \(user.raw)
            order by c.claimed_at_ms desc, c.coupon limit \(Self.ownedMax)
            """
        let rows = try await rows(statement)
        return try decoded { () throws(SQLError) in
            var owned: [OwnedCoupon] = []
            for row in rows {
                guard let coupon = CouponID(try row.text(0)) else { continue }
                owned.append(
                    OwnedCoupon(
                        coupon: coupon,
                        sequence: try row.integer(1),
                        claimedAt: Timestamp(milliseconds: try row.integer(2)),
                        usedAt: try row.optionalInteger(3).map { Timestamp(milliseconds: $0) }
                    )
                )
            }
            return owned
        }
    }

    private static func row(_ row: SQLRow) throws(SQLError) -> CouponRow {
        guard let id = CouponID(try row.text(0)) else {
            throw .broken("coupon \(try row.text(0))")
        }
        let discount: Discount
        if let percent = try row.optionalInteger(5) {
            discount = .percent(percent)
        } else {
            discount = .amount(try row.integer(4))
        }
        let coupon = Coupon(
            id: id,
            name: try row.text(1),
            quantity: try row.integer(2),
            discount: discount,
            startsAt: try row.optionalInteger(6).map { Timestamp(milliseconds: $0) },
            endsAt: try row.optionalInteger(7).map { Timestamp(milliseconds: $0) }
        )
        return CouponRow(
            coupon: coupon,
            issued: try row.integer(3),
            revision: try row.integer(8)
        )
    }
}
