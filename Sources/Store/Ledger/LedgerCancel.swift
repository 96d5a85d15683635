import Onsale
import SQL

/// The way back: seats free, points and coupon returned, once.
extension SaleLedger {
    /// Frees the seats of a payment and gives its points and its coupon back, once. Answers what
    /// the user has then.
    func cancel(_ payment: PaymentRow, by attempt: Attempt, atMs: Int64)
        async throws(StoreError) -> Result<Int64, Refused>
    {
        let seats = SQL.list(payment.seats.map { .integer(Int64($0)) })
        var entry: [SQL] = [
            """
            update payments set cancels = cancels + 1, cancelled_at_ms = \(atMs)
            where payment = \(payment.id)
            """,
            """
            delete from sold_seats where payment = \(payment.id)
              and performance = \(payment.performance.raw) and seat in (\(seats))
            """,
            Self.soldLess(payment.seats.count, of: payment.performance),
        ]
        if payment.coupon != nil { entry.append(Self.unuse(on: payment.id)) }
        if payment.amount > 0 {
            entry += Self.refunding(payment.amount, to: attempt.user, for: payment.id, atMs: atMs)
        }
        entry += [
            Self.event(
                "seats.freed",
                subject: payment.performance.raw,
                payload: .seats(
                    payment.seats,
                    of: payment.performance,
                    payment: payment.id,
                    user: attempt.user,
                    amount: payment.amount,
                    soldAtMs: payment.paidAtMs
                ),
                atMs: atMs
            ),
            answer(
                to: attempt,
                reference: payment.id,
                balance: "coalesce(\(Self.balance(of: attempt.user)), 0)",
                atMs: atMs
            ),
        ]
        switch try await commit(entry) {
        case .success(let results): return .success(try Self.answeredBalance(results))
        case .failure(let refused): return .failure(refused)
        }
    }
}
