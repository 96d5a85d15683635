import Engines
import Ledger
import Payments
import Values

extension ShopStore {
    /// Takes an order back: stock, points and coupon are returned, once, however often it is sent
    /// and under whatever key.
    func cancel(order id: String, by attempt: Attempt) async throws(StoreError)
        -> AttemptOutcome<CancelReceipt, CancelRefusal>
    {
        guard let row = try await ledger.order(id) else { return .refused(.unknownPayment) }
        guard row.user == attempt.user.raw else { return .refused(.ofAnotherUser) }
        return try await attempts.once(attempt, done: { CancelReceipt($0) }) {
            () async throws(StoreError) in
            switch try await cancel(row.order, of: attempt.user, by: .buyer(attempt)) {
            case .success(let balance):
                return .outcome(.done(CancelReceipt(payment: id, balance: balance)))
            case .failure(let obstacle):
                return try await cancels.notCancelled(obstacle, id, attempt) {
                    .orders(perDay: Order.cancelsPerDayMax)
                }
            }
        }
    }

    /// The same by the operator, for the buyer, however many the buyer has cancelled.
    func cancel(order id: String, reason: String) async throws(StoreError)
        -> OperatorCancelOutcome
    {
        guard let row = try await ledger.order(id) else { return .unknown }
        let user = try Cancels.buyer(row.user, of: id)
        let result = try await cancel(row.order, of: user, by: .theOperator(reason: reason))
        return try await cancels.cancelled(id, of: user, reason, result)
    }

    private func cancel(_ order: Order, of user: UserID, by canceller: Canceller)
        async throws(StoreError) -> Result<Int64, CancelObstacle>
    {
        FaultPoint.cancelStarted.reach()
        let entry = ledger.cancel(order, of: user, by: canceller, atMs: nowMs)
        let result = try await cancels.commit(entry, of: order.id, user, by: canceller, atMs: nowMs)
        guard case .success = result else { return result }
        FaultPoint.cancelCommitted.reach()
        committed()
        return result
    }
}
