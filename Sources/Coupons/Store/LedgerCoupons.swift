import Engines
import JSON
import Ledger
import SQL
import Values

extension CouponLedger {
    /// Nil: there is no such coupon.
    func coupon(_ id: CouponID) async throws(StoreError) -> CouponRow? {
        let columns = CouponRow.columns
        let rows = try await rows("select \(columns) from coupons where coupon = \(id.raw)")
        return try decoded { () throws(SQLError) in try rows.first.map(CouponRow.init) }
    }

    /// All coupons, for `onsale audit`.
    func coupons() async throws(StoreError) -> [CouponRow] {
        let columns = CouponRow.columns
        let rows = try await rows("select \(columns) from coupons order by coupon", as: .list)
        return try decoded { () throws(SQLError) in
            var coupons: [CouponRow] = []
            for row in rows { coupons.append(try CouponRow(row)) }
            return coupons
        }
    }

    /// Coupons that can be claimed now or later, by their identifiers.
    func openCoupons(max: Int, atMs: Int64) async throws(StoreError) -> [CouponRow] {
        let columns = CouponRow.columns
        let rows = try await rows(
            """
            select \(columns) from coupons
            where issued < quantity and (ends_ms is null or ends_ms > \(atMs))
            order by coupon limit \(max)
            """,
            as: .list
        )
        return try decoded { () throws(SQLError) in
            var coupons: [CouponRow] = []
            for row in rows { coupons.append(try CouponRow(row)) }
            return coupons
        }
    }

    /// What became of writing a coupon.
    enum PutCoupon {
        case put(CouponRow)
        /// The quantity would be less than what is issued, or than the highest number.
        case fewerThanIssued(Int64)
        case changedMeanwhile
    }

    /// Writes `coupon` as it shall be from now on, if it still is of the revision `former` (nil:
    /// not there).
    func put(_ coupon: Coupon, former: Int64?, atMs: Int64) async throws(StoreError) -> PutCoupon {
        let id = coupon.id.raw
        let columns = CouponRow.columns
        let highest: SQL = """
            (select coalesce(max(sequence), 0) from coupon_claims where coupon = \(id))
            """
        let result = try await commit([
            Self.upsert(coupon, former),
            // Null, and so refused, when a number is beyond it. A statement of its own: it sees
            // what was issued before the one above had the row to itself.
            """
            update coupons set quantity = case when quantity >= \(highest) then quantity end
            where \(row: .coupon(id)) returning \(columns)
            """,
            Self.event("coupon.changed", subject: id, atMs: atMs) { $0.field("coupon", id) },
        ])
        switch result {
        case .success(let results):
            return .put(
                try decoded { () throws(SQLError) in
                    guard let row = results[1].rows.first else { throw .broken("a coupon unput") }
                    return try CouponRow(row)
                }
            )
        case .failure(let refused)
        where refused.violation.kind == .notNull && refused.violation.statement == 0:
            return .changedMeanwhile
        case .failure(let refused)
        where refused.isBy("issued_within_quantity") || refused.violation.kind == .notNull:
            let rows = try await rows("select cast(\(highest) as bigint)")
            let least = try decoded { () throws(SQLError) in try rows[0].integer(0) }
            return .fewerThanIssued(least)
        case .failure(let refused): throw refused.unexpected
        }
    }

    /// Null for the name, and so refused, when the coupon is no longer of the revision `former`:
    /// who changes one field would undo what another has changed.
    private static func upsert(_ coupon: Coupon, _ former: Int64?) -> SQL {
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
            on conflict (coupon) do update set
              name = case when coupons.revision = \(former ?? -1) then excluded.name end,
              quantity = excluded.quantity, discount_amount = excluded.discount_amount,
              discount_percent = excluded.discount_percent, starts_ms = excluded.starts_ms,
              ends_ms = excluded.ends_ms, revision = coupons.revision + 1
            """
    }
}

extension TouchedRow {
    static func coupon(_ id: String) -> TouchedRow { TouchedRow("coupons", "coupon", id) }
}
