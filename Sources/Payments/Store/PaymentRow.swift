import Engines
import Ledger
import Seats
import SQL
import Values

/// A payment as the ledger has it. The hold's token is not kept, only its number.
struct PaymentRow: Sendable, Equatable {
    var id: String
    var user: String
    var performance: PerformanceID
    var seats: [Int]
    var amount: Int64
    var coupon: CouponID?
    var isCancelled: Bool
    var paidAtMs: Int64

    /// The payment as it was answered; `hold` is the token that was sent.
    func payment(hold: String) -> Payment {
        Payment(
            id: id,
            hold: hold,
            performance: performance,
            seats: seats,
            amount: amount,
            state: isCancelled ? .cancelled : .paid,
            paidAt: Timestamp(milliseconds: paidAtMs)
        )
    }
}

extension PaymentLedger {
    private static let columns: SQL =
        "payment, user_id, performance, seats, amount, cancels, paid_at_ms, coupon"

    func payment(_ id: String) async throws(StoreError) -> PaymentRow? {
        let columns = Self.columns
        return try await Self.payments(
            rows("select \(columns) from payments where payment = \(id)")
        ).first
    }

    /// A page of a user's payments, the newest first.
    func payments(of user: UserID, _ page: PageRequest)
        async throws(StoreError) -> ListPage<PaymentRow>
    {
        let columns = Self.columns
        // The first condition is what an index can begin with.
        let behind: SQL =
            page.after.map { last in
                let place: SQL = "from payments where payment = \(last) and user_id = \(user.raw)"
                return """
                    and paid_at_ms <= (select paid_at_ms \(place))
                    and (paid_at_ms, payment) < (select paid_at_ms, payment \(place))
                    """
            } ?? ""
        let statement: SQL = """
            select \(columns) from payments where user_id = \(user.raw) \(behind)
            order by paid_at_ms desc, payment desc limit \(page.limit + 1)
            """
        return ListPage(try await Self.payments(rows(statement, as: .list)), limit: page.limit)
    }

    static func payments(_ rows: [SQLRow]) throws(StoreError) -> [PaymentRow] {
        try decoded { () throws(SQLError) in
            var payments: [PaymentRow] = []
            for row in rows { payments.append(try payment(row)) }
            return payments
        }
    }

    private static func payment(_ row: SQLRow) throws(SQLError) -> PaymentRow {
        guard let performance = PerformanceID(try row.text(2)),
            let seats = SeatSale.seats(try row.text(3))
        else { throw .broken("payment \(try row.text(0)) of \(try row.text(2))") }
        return PaymentRow(
            id: try row.text(0),
            user: try row.text(1),
            performance: performance,
            seats: seats,
            amount: try row.integer(4),
            coupon: try row.optionalText(7).flatMap(CouponID.init),
            isCancelled: try row.integer(5) > 0,
            paidAtMs: try row.integer(6)
        )
    }
}
