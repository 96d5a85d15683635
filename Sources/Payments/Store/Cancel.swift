import Engines
import Ledger
import Seats
import Values

extension PaymentStore {
    /// Takes a payment back: its seats are free again and its points returned, once, however often
    /// it is sent and under whatever key.
    func cancel(_ id: String, by attempt: Attempt) async throws(StoreError)
        -> AttemptOutcome<CancelReceipt, CancelRefusal>
    {
        guard let payment = try await ledger.payment(id) else { return .refused(.unknownPayment) }
        guard payment.user == attempt.user.raw else { return .refused(.ofAnotherUser) }
        return try await attempts.once(attempt, done: { CancelReceipt($0) }) {
            () async throws(StoreError) in
            switch try await cancel(payment, of: attempt.user, by: .buyer(attempt)) {
            case .success(let balance):
                return .outcome(.done(CancelReceipt(payment: id, balance: balance)))
            case .failure(let obstacle):
                return try await cancels.notCancelled(obstacle, id, attempt) {
                    () async throws(StoreError) in
                    let found = try await ledger.seats.performance(payment.performance)
                    guard let now = found?.performance else {
                        throw .broken("a payment without its performance \(id)")
                    }
                    return now.cancelTerms
                }
            }
        }
    }

    /// The same by the operator, for the buyer, whatever buyers are allowed.
    func cancel(_ id: String, reason: String) async throws(StoreError)
        -> OperatorCancelOutcome
    {
        guard let payment = try await ledger.payment(id) else { return .unknown }
        let user = try Cancels.buyer(payment.user, of: id)
        let result = try await cancel(payment, of: user, by: .theOperator(reason: reason))
        return try await cancels.cancelled(id, of: user, reason, result)
    }

    private func cancel(_ payment: PaymentRow, of user: UserID, by canceller: Canceller)
        async throws(StoreError) -> Result<Int64, CancelObstacle>
    {
        FaultPoint.cancelStarted.reach()
        let entry = ledger.cancel(payment, of: user, by: canceller, atMs: nowMs)
        let result = try await cancels.commit(
            entry,
            of: payment.id,
            user,
            by: canceller,
            atMs: nowMs
        )
        guard case .success = result else { return result }
        FaultPoint.cancelCommitted.reach()
        committed()
        // A failure is the relay's to make good, from the outbox.
        await Background.settle.attempt(about: ("payment", payment.id)) {
            _ = try await seats.free(SeatSale(payment, of: user))
        }
        return result
    }
}
