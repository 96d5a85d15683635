public import Onsale

extension SaleStore {
    /// Takes a payment back: its seats are free again and its points returned, once, however often
    /// it is sent and under whatever key.
    public func cancel(_ id: String, by attempt: Attempt) async throws(StoreError)
        -> AttemptOutcome<CancelReceipt, CancelRefusal>
    {
        guard let payment = try await ledger.payment(id) else { return .refused(.unknownPayment) }
        guard payment.user == attempt.user.raw else { return .refused(.ofAnotherUser) }
        return try await once(attempt, done: { CancelReceipt($0) }) { () async throws(StoreError) in
            FaultPoint.cancelStarted.reach()
            switch try await ledger.cancel(payment, by: attempt, atMs: nowMs) {
            case .success(let balance):
                FaultPoint.cancelCommitted.reach()
                committed()
                // A failure is the relay's to make good, from the outbox.
                await Background.settle.attempt(about: ("payment", id)) {
                    _ = try await seats.free(SeatSale(payment, of: attempt.user))
                }
                return .outcome(.done(CancelReceipt(payment: id, balance: balance)))
            case .failure(let refused): return try await notCancelled(refused, id, attempt)
            }
        }
    }

    /// What became of the cancel of a payment or an order that the ledger has refused.
    func notCancelled(_ refused: SaleLedger.Refused, _ id: String, _ attempt: Attempt)
        async throws(StoreError) -> Run<CancelReceipt, CancelRefusal>
    {
        if refused.isBy(SaleLedger.keyIsUsed) { return .keyIsUsed }
        if refused.isBy("cancelled_once") || refused.isBy("order_cancelled_once") {
            return try await cancelledBefore(id, attempt)
        }
        if refused.isBy("balance_at_most_2_53") { return .outcome(.refused(.balanceLimit)) }
        throw refused.unexpected
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
