import Engines
import Ledger
import SQL
import Values

/// Why a claim's entry was refused: nothing of it was done, and the gate was wrong.
enum ClaimObstacle: Error, Equatable {
    /// The user has one, or the number is somebody's.
    case isTaken
    /// The quantity is used up, or the number is beyond it, or there is no such coupon.
    case isBeyondQuantity
}

extension CouponLedger {
    /// One entry: one more is issued, and it is this user's. Answers what is left after it.
    func claim(_ id: CouponID, _ user: UserID, number: Int64, atMs: Int64)
        async throws(StoreError) -> Result<Int64, ClaimObstacle>
    {
        let result = try await commit([
            """
            update coupons set issued = issued + 1 where \(row: .coupon(id.raw))
            returning quantity - issued
            """,
            """
            insert into coupon_claims (user_id, coupon, sequence, claimed_at_ms)
            values (\(user.raw), \(id.raw), (
              select case when quantity >= \(number) then \(number) end from coupons
              where coupon = \(id.raw)), \(atMs))
            """,
        ])
        switch result {
        case .success(let results):
            return .success(
                try decoded { () throws(SQLError) in
                    guard let row = results[0].rows.first else { throw .broken("a claim of none") }
                    return try row.integer(0)
                }
            )
        case .failure(let refused):
            switch refused.violation.kind {
            case .unique: return .failure(.isTaken)
            case .notNull: return .failure(.isBeyondQuantity)
            case .check where refused.isBy("issued_within_quantity"):
                return .failure(.isBeyondQuantity)
            case .check, .foreignKey: throw refused.unexpected
            }
        }
    }

    /// What was issued with numbers above `number`, in their order.
    func claims(of id: CouponID, after number: Int64, limit: Int) async throws(StoreError)
        -> [Decision]
    {
        try await Self.issued(
            rows(
                """
                select user_id, sequence from coupon_claims
                where coupon = \(id.raw) and sequence > \(number) order by sequence limit \(limit)
                """
            )
        )
    }

    /// What was issued of these numbers, or to these users.
    func claims(of id: CouponID, about doubtful: [Decision]) async throws(StoreError) -> [Decision]
    {
        guard !doubtful.isEmpty else { return [] }
        let users = SQL.list(doubtful.map { .text($0.user) })
        let numbers = SQL.list(doubtful.map { .integer($0.number) })
        return try await Self.issued(
            rows(
                """
                select user_id, sequence from coupon_claims
                where coupon = \(id.raw) and user_id in (\(users))
                union
                select user_id, sequence from coupon_claims
                where coupon = \(id.raw) and sequence in (\(numbers))
                """
            )
        )
    }

    private static let owned: SQL = """
        select c.coupon, c.sequence, c.claimed_at_ms, u.used_at_ms from coupon_claims c
        left join coupon_uses u on u.user_id = c.user_id and u.coupon = c.coupon
        """

    /// A page of a user's coupons, the newest first.
    func coupons(of user: UserID, _ page: PageRequest)
        async throws(StoreError) -> ListPage<OwnedCoupon>
    {
        let behind: SQL =
            page.after.map { last in
                """
                and (c.claimed_at_ms, c.coupon) < (
                  select claimed_at_ms, coupon from coupon_claims
                  where user_id = \(user.raw) and coupon = \(last))
                """
            } ?? ""
        let owned = Self.owned
        let statement: SQL = """
            \(owned) where c.user_id = \(user.raw) \(behind)
            order by c.claimed_at_ms desc, c.coupon desc limit \(page.limit + 1)
            """
        return ListPage(try await Self.owned(rows(statement, as: .list)), limit: page.limit)
    }

    /// A user's newest coupons that were not used, at most `max`.
    func usableCoupons(of user: UserID, max: Int) async throws(StoreError) -> [OwnedCoupon] {
        let owned = Self.owned
        let statement: SQL = """
            \(owned) where c.user_id = \(user.raw) and u.used_at_ms is null
            order by c.claimed_at_ms desc, c.coupon desc limit \(max)
            """
        return try await Self.owned(rows(statement, as: .list))
    }

    /// The number of a user's coupon; nil: the user has none.
    func sequence(of id: CouponID, for user: UserID) async throws(StoreError) -> Int64? {
        let statement: SQL = """
            select sequence from coupon_claims
            where user_id = \(user.raw) and coupon = \(id.raw)
            """
        let rows = try await rows(statement)
        return try decoded { () throws(SQLError) in try rows.first?.integer(0) }
    }

    private static func owned(_ rows: [SQLRow]) throws(StoreError) -> [OwnedCoupon] {
        try decoded { () throws(SQLError) in
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

    private static func issued(_ rows: [SQLRow]) throws(StoreError) -> [Decision] {
        try decoded { () throws(SQLError) in
            var issued: [Decision] = []
            issued.reserveCapacity(rows.count)
            for row in rows {
                issued.append(
                    Decision(verdict: .issued, user: try row.text(0), number: try row.integer(1))
                )
            }
            return issued
        }
    }
}
