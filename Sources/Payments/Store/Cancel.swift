public import Onsale
import Values

extension SaleStore {
    /// Takes a payment back: its seats are free again and its points returned, once, however often
    /// it is sent and under whatever key.
    public func cancel(_ id: String, by attempt: Attempt) async throws(StoreError)
        -> AttemptOutcome<CancelReceipt, CancelRefusal>
    {
        guard let payment = try await ledger.payment(id) else { return .refused(.unknownPayment) }
        guard payment.user == attempt.user.raw else { return .refused(.ofAnotherUser) }
        return try await once(attempt, done: { CancelReceipt($0) }) { () async throws(StoreError) in
            switch try await cancel(payment, of: attempt.user, by: .buyer(attempt)) {
            case .success(let balance):
                return .outcome(.done(CancelReceipt(payment: id, balance: balance)))
            case .failure(.notAllowed):
                guard let now = try await ledger.performance(payment.performance)?.performance
                else { throw .broken("a payment without its performance \(id)") }
                return .outcome(.refused(.notAllowed(now.cancelTerms)))
            case .failure(let obstacle): return try await notCancelled(obstacle, id, attempt)
            }
        }
    }

    /// The same by the operator, for the buyer, whatever buyers are allowed.
    public func cancel(_ id: String, reason: String) async throws(StoreError)
        -> OperatorCancelOutcome
    {
        guard let payment = try await ledger.payment(id) else { return .unknown }
        let user = try Self.buyer(payment.user, of: id)
        let result = try await cancel(payment, of: user, by: .theOperator(reason: reason))
        return try await cancelled(id, of: user, reason, result)
    }

    private func cancel(_ payment: PaymentRow, of user: UserID, by canceller: Canceller)
        async throws(StoreError) -> Result<Int64, CancelObstacle>
    {
        FaultPoint.cancelStarted.reach()
        let result = try await ledger.cancel(payment, of: user, by: canceller, atMs: nowMs)
        guard case .success = result else { return result }
        FaultPoint.cancelCommitted.reach()
        committed()
        // A failure is the relay's to make good, from the outbox.
        await Background.settle.attempt(about: ("payment", payment.id)) {
            _ = try await seats.free(SeatSale(payment, of: user))
        }
        return result
    }

    static func buyer(_ name: String, of id: String) throws(StoreError) -> UserID {
        guard let user = UserID(name) else { throw .broken("\(id) of \(name)") }
        return user
    }

    /// What became of the operator's cancel of a payment or an order. One that was cancelled before
    /// has the reason that was given then, if it was the operator.
    func cancelled(
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
            let first = try await ledger.operatorsCancel(of: id)
            let balance: Int64
            if let first {
                balance = first.balance
            } else {
                balance = try await ledger.balance(of: user)
            }
            return .cancelled(CancelReceipt(payment: id, balance: balance), reason: first?.reason)
        case .failure(.keyIsUsed), .failure(.notAllowed):
            throw .broken("an operator's cancel of \(id) is refused as a buyer's")
        }
    }

    /// What became of a buyer's cancel of a payment or an order that the ledger has refused.
    func notCancelled(_ obstacle: CancelObstacle, _ id: String, _ attempt: Attempt)
        async throws(StoreError) -> Run<CancelReceipt, CancelRefusal>
    {
        switch obstacle {
        case .keyIsUsed: return .keyIsUsed
        case .cancelledBefore: return try await cancelledBefore(id, attempt)
        case .balanceLimit: return .outcome(.refused(.balanceLimit))
        case .notAllowed: return .outcome(.refused(.notAllowed(.orders)))
        }
    }

    /// Nothing is left to do; this key gets the same answer, with the balance of now.
    private func cancelledBefore(_ id: String, _ attempt: Attempt) async throws(StoreError)
        -> Run<CancelReceipt, CancelRefusal>
    {
        let kept = try await ledger.keep(
            StoredAnswer.done,
            reference: id,
            asAnswerTo: attempt,
            atMs: nowMs
        )
        guard kept else { return .keyIsUsed }
        let balance = try await ledger.balance(of: attempt.user)
        return .outcome(.done(CancelReceipt(payment: id, balance: balance)))
    }
}

/// What became of a cancel by the operator.
public enum OperatorCancelOutcome: Equatable, Sendable {
    /// Now or before; nil: by the buyer, who gives no reason.
    case cancelled(CancelReceipt, reason: String?)
    case unknown
    /// The refund would carry the balance beyond 2^53.
    case balanceLimit
}

extension CancelReceipt {
    /// What was answered before.
    init(_ answer: StoredAnswer) {
        self.init(payment: answer.reference, balance: answer.balance)
    }
}

extension SeatSale {
    fileprivate init(_ row: PaymentRow, of user: UserID) {
        self.init(payment: row.id, performance: row.performance, user: user, seats: row.seats)
    }
}
