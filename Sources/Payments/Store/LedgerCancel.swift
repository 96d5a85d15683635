import Onsale
import SQL
import Values

/// Who cancels.
enum Canceller: Sendable {
    /// Within what is allowed; the answer is kept under the attempt's key.
    case buyer(Attempt)
    /// At any time, for a reason that is kept.
    case theOperator(reason: String)
}

/// Why a cancel's entry was refused: nothing of it was done.
enum CancelObstacle: Error, Equatable {
    case keyIsUsed
    /// Seats, stock and points went back before.
    case cancelledBefore
    /// The buyer has cancelled as often as is allowed, or it is too late.
    case notAllowed
    /// The refund would carry the balance beyond 2^53.
    case balanceLimit
}

/// The way back: seats free, points and coupon returned, once.
extension SaleLedger {
    /// Frees the seats of a payment of `user` and gives its points and its coupon back, once.
    /// Answers what the user has then.
    func cancel(_ payment: PaymentRow, of user: UserID, by canceller: Canceller, atMs: Int64)
        async throws(StoreError) -> Result<Int64, CancelObstacle>
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
        let permitAt = entry.count
        if case .buyer = canceller {
            entry.append(Self.permit(user, toCancelOf: payment.performance, atMs: atMs))
        }
        if payment.coupon != nil { entry.append(Self.unuse(on: payment.id)) }
        if payment.amount > 0 {
            entry += Self.refunding(payment.amount, to: user, for: payment.id, atMs: atMs)
        }
        entry += [
            Self.event(
                "seats.freed",
                subject: payment.performance.raw,
                payload: .seats(
                    payment.seats,
                    of: payment.performance,
                    payment: payment.id,
                    user: user,
                    amount: payment.amount,
                    soldAtMs: payment.paidAtMs
                ),
                atMs: atMs
            ),
            record(canceller, of: payment.id, user, atMs: atMs),
        ]
        return try await cancel(entry, permitAt: permitAt)
    }

    /// Commits the entry of a cancel; statement `permitAt` is the buyer's permit.
    func cancel(_ entry: [SQL], permitAt: Int) async throws(StoreError)
        -> Result<Int64, CancelObstacle>
    {
        switch try await commit(entry) {
        case .success(let results): return .success(try Self.answeredBalance(results))
        case .failure(let refused):
            switch refused.violation.constraint {
            case Self.keyIsUsed: return .failure(.keyIsUsed)
            case "cancelled_once", "order_cancelled_once": return .failure(.cancelledBefore)
            case "balance_at_most_2_53": return .failure(.balanceLimit)
            default: break
            }
            if refused.violation.kind == .notNull, refused.violation.statement == permitAt {
                return .failure(.notAllowed)
            }
            throw refused.unexpected
        }
    }

    /// Counts a cancel by its buyer. Null, and so refused, when the performance allows none, or
    /// none any more. Behind the update of the performance: its row is locked and as it is now, so
    /// of several cancels at once no one too many passes, nor one past a change of the settings.
    private static func permit(
        _ user: UserID,
        toCancelOf performance: PerformanceID,
        atMs: Int64
    ) -> SQL {
        """
        insert into performance_cancels (performance, user_id, cancels)
        values (\(performance.raw), \(user.raw), (
          select case when (cancel_until_ms is null or cancel_until_ms > \(atMs))
            and (cancels_per_user is null or cancels_per_user > 0) then 1 end
          from performances where performance = \(performance.raw)))
        on conflict (performance, user_id) do update set cancels = (
          select case when cancels_per_user is null
              or cancels_per_user > performance_cancels.cancels
            then performance_cancels.cancels + 1 end
          from performances where performance = \(performance.raw))
        """
    }

    /// The end of a cancel's entry, which answers the user's balance.
    func record(_ canceller: Canceller, of reference: String, _ user: UserID, atMs: Int64) -> SQL {
        let balance: SQL = "coalesce(\(Self.balance(of: user)), 0)"
        switch canceller {
        case .buyer(let attempt):
            return answer(to: attempt, reference: reference, balance: balance, atMs: atMs)
        case .theOperator(let reason):
            return """
                insert into operator_cancels (reference, reason, balance, at_ms)
                values (\(reference), \(reason), \(balance), \(atMs)) returning balance
                """
        }
    }

    /// What the operator has said of a payment or an order that they have cancelled, and what its
    /// buyer had then. Nil: they have not.
    func operatorsCancel(of reference: String) async throws(StoreError)
        -> (reason: String, balance: Int64)?
    {
        let statement: SQL = """
            select reason, balance from operator_cancels where reference = \(reference)
            """
        let rows = try await rows(statement)
        return try decoded { () throws(SQLError) in
            guard let row = rows.first else { return nil }
            return (try row.text(0), try row.integer(1))
        }
    }
}
