public import Onsale

extension SaleStore {
    /// Takes a payment back: its seats are free again and its points returned, once, however often
    /// it is sent and under whatever key.
    public func cancel(_ id: String, by attempt: Attempt) async throws(StoreError)
        -> AttemptOutcome<CancelReceipt, CancelRefusal>
    {
        guard let payment = try await ledger.payment(id) else { return .refused(.unknownPayment) }
        guard payment.user == attempt.user.raw else { return .refused(.ofAnotherUser) }
        func receipt(_ answer: StoredAnswer) -> CancelReceipt {
            CancelReceipt(payment: answer.reference, balance: answer.balance)
        }
        return try await once(attempt, done: receipt) { () async throws(StoreError) in
            FaultPoint.cancelStarted.reach()
            switch try await ledger.cancel(payment, by: attempt, atMs: nowMs) {
            case .success(let balance):
                FaultPoint.cancelCommitted.reach()
                committed()
                // A failure is the relay's to make good, from the outbox.
                _ = try? await seats.free(SeatSale(payment, of: attempt.user))
                return .outcome(.done(CancelReceipt(payment: id, balance: balance)))
            case .failure(let refused) where refused.isBy(SaleLedger.keyIsUsed): return .keyIsUsed
            case .failure(let refused) where refused.isBy("cancelled_once"):
                return try await cancelledBefore(id, attempt)
            case .failure(let refused) where refused.isBy("balance_at_most_2_53"):
                return .outcome(.refused(.balanceLimit))
            case .failure(let refused): throw refused.unexpected
            }
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

extension SeatSale {
    fileprivate init(_ row: PaymentRow, of user: UserID) {
        self.init(payment: row.id, performance: row.performance, user: user, seats: row.seats)
    }
}
