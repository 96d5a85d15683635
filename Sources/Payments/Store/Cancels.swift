import Coupons
import Engines
import Ledger
import Points
import SQL
import Values

/// Who cancels.
package enum Canceller: Sendable {
    /// Within what is allowed; the answer is kept under the attempt's key.
    case buyer(Attempt)
    /// At any time, for a reason that is kept.
    case theOperator(reason: String)
}

/// Why a cancel's entry was refused: nothing of it was done.
package enum CancelObstacle: Error, Equatable {
    case keyIsUsed
    /// Seats, stock and points went back before.
    case cancelledBefore
    /// The buyer has cancelled as often as is allowed, or it is too late.
    case notAllowed
    /// The refund would carry the balance beyond 2^53.
    case balanceLimit
}

/// What an entry takes back.
package struct CancelEntry: Sendable {
    private(set) var statements: [SQL]
    /// Which of them is the buyer's permit.
    private(set) var permitAt: Int?

    package init(_ statements: SQL...) { self.statements = statements }

    package mutating func append(_ statement: SQL) { statements.append(statement) }

    /// Counts a cancel by the buyer; null, and so refused, beyond what is allowed.
    package mutating func permit(_ statement: SQL) {
        permitAt = statements.count
        statements.append(statement)
    }

    /// Gives what was paid back, points and coupon.
    package mutating func giveBack(
        _ amount: Int64,
        _ coupon: CouponID?,
        of reference: String,
        to user: UserID,
        atMs: Int64
    ) {
        if coupon != nil { statements.append(CouponLedger.unuse(on: reference)) }
        if amount > 0 {
            statements += PointLedger.refunding(amount, to: user, for: reference, atMs: atMs)
        }
    }
}

/// What the cancels of payments and of orders have in common.
package struct Cancels: Ledger {
    let points: PointLedger
    let attempts: Attempts

    package init(points: PointLedger, attempts: Attempts) {
        self.points = points
        self.attempts = attempts
    }

    package var database: any Database { points.database }

    /// Commits the entry of a cancel, with the answer to it at its end. Answers what the user has
    /// then.
    package func commit(
        _ entry: CancelEntry,
        of reference: String,
        _ user: UserID,
        by canceller: Canceller,
        atMs: Int64
    ) async throws(StoreError) -> Result<Int64, CancelObstacle> {
        let record = Self.record(canceller, of: reference, user, atMs: atMs)
        switch try await commit(entry.statements + [record]) {
        case .success(let results): return .success(try Self.answeredBalance(results))
        case .failure(let refused):
            switch refused.violation.constraint {
            case Self.keyIsUsed: return .failure(.keyIsUsed)
            case "cancelled_once", "order_cancelled_once": return .failure(.cancelledBefore)
            case "balance_at_most_2_53": return .failure(.balanceLimit)
            default: break
            }
            if refused.violation.kind == .notNull, refused.violation.statement == entry.permitAt {
                return .failure(.notAllowed)
            }
            throw refused.unexpected
        }
    }

    /// The end of a cancel's entry, which answers the user's balance.
    private static func record(
        _ canceller: Canceller,
        of reference: String,
        _ user: UserID,
        atMs: Int64
    ) -> SQL {
        let balance: SQL = "coalesce(\(PointLedger.balance(of: user)), 0)"
        switch canceller {
        case .buyer(let attempt):
            return Self.answer(to: attempt, reference: reference, balance: balance, atMs: atMs)
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

    /// Whose it is.
    package static func buyer(_ name: String, of id: String) throws(StoreError) -> UserID {
        guard let user = UserID(name) else { throw .broken("\(id) of \(name)") }
        return user
    }

    /// What became of the operator's cancel of a payment or an order. One that was cancelled before
    /// has the reason that was given then, if it was the operator.
    package func cancelled(
        _ id: String,
        of user: UserID,
        _ reason: String,
        _ result: Result<Int64, CancelObstacle>
    ) async throws(StoreError) -> OperatorCancelOutcome {
        switch result {
        case .success(let balance):
            return .cancelled(CancelReceipt(payment: id, balance: balance), reason: reason)
        case .failure(.balanceLimit): return .balanceLimit
        case .failure(.cancelledBefore):
            let first = try await operatorsCancel(of: id)
            let balance: Int64
            if let first {
                balance = first.balance
            } else {
                balance = try await points.balance(of: user)
            }
            return .cancelled(CancelReceipt(payment: id, balance: balance), reason: first?.reason)
        case .failure(.keyIsUsed), .failure(.notAllowed):
            throw .broken("an operator's cancel of \(id) is refused as a buyer's")
        }
    }

    /// What became of a buyer's cancel of a payment or an order that the ledger has refused.
    package func notCancelled(
        _ obstacle: CancelObstacle,
        _ id: String,
        _ attempt: Attempt,
        terms: () async throws(StoreError) -> CancelTerms
    ) async throws(StoreError) -> Attempts.Run<CancelReceipt, CancelRefusal> {
        switch obstacle {
        case .keyIsUsed: return .keyIsUsed
        case .cancelledBefore: return try await cancelledBefore(id, attempt)
        case .balanceLimit: return .outcome(.refused(.balanceLimit))
        case .notAllowed: return .outcome(.refused(.notAllowed(try await terms())))
        }
    }

    /// Nothing is left to do; this key gets the same answer, with the balance of now.
    private func cancelledBefore(_ id: String, _ attempt: Attempt) async throws(StoreError)
        -> Attempts.Run<CancelReceipt, CancelRefusal>
    {
        let kept = try await attempts.keep(
            StoredAnswer.done,
            reference: id,
            asAnswerTo: attempt,
            balance: "coalesce(\(PointLedger.balance(of: attempt.user)), 0)"
        )
        guard kept else { return .keyIsUsed }
        let balance = try await points.balance(of: attempt.user)
        return .outcome(.done(CancelReceipt(payment: id, balance: balance)))
    }
}

/// What became of a cancel by the operator.
package enum OperatorCancelOutcome: Equatable, Sendable {
    /// Now or before; nil: by the buyer, who gives no reason.
    case cancelled(CancelReceipt, reason: String?)
    case unknown
    /// The refund would carry the balance beyond 2^53.
    case balanceLimit
}

extension CancelReceipt {
    /// What was answered before.
    package init(_ answer: StoredAnswer) {
        self.init(payment: answer.reference, balance: answer.balance)
    }
}
