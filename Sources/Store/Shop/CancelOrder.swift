public import Onsale

extension SaleStore {
    /// Takes an order back: stock, points and coupon are returned, once, however often it is sent
    /// and under whatever key.
    public func cancel(order id: String, by attempt: Attempt) async throws(StoreError)
        -> AttemptOutcome<CancelReceipt, CancelRefusal>
    {
        guard let row = try await ledger.order(id) else { return .refused(.unknownPayment) }
        guard row.user == attempt.user.raw else { return .refused(.ofAnotherUser) }
        return try await once(attempt, done: { CancelReceipt($0) }) { () async throws(StoreError) in
            FaultPoint.cancelStarted.reach()
            switch try await ledger.cancel(row.order, by: attempt, atMs: nowMs) {
            case .success(let balance):
                FaultPoint.cancelCommitted.reach()
                committed()
                return .outcome(.done(CancelReceipt(payment: id, balance: balance)))
            case .failure(let refused): return try await notCancelled(refused, id, attempt)
            }
        }
    }
}
