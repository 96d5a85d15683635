import Onsale
import SQL

/// Why a claim's entry was refused: nothing of it was done, and the gate was wrong.
enum ClaimObstacle: Error, Equatable {
    /// The user has one, or the number is somebody's.
    case isTaken
    /// The quantity is used up, or the number is beyond it, or there is no such coupon.
    case isBeyondQuantity
}

extension SaleLedger {
    /// The newest coupons of a user that one answer lists.
    private static let ownedMax = 1_000

    /// One entry: one more is issued, and it is this user's. Answers what is left after it.
    func claim(_ id: CouponID, _ user: UserID, number: Int64, atMs: Int64)
        async throws(StoreError) -> Result<Int64, ClaimObstacle>
    {
        let result = try await commit([
            """
            update coupons set issued = issued + 1 where coupon = \(id.raw)
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
