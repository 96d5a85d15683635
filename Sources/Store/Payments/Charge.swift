public import Onsale

extension SaleStore {
    /// Adds points to the user's; answers the balance after it.
    public func charge(_ amount: Int64, by attempt: Attempt) async throws(StoreError)
        -> AttemptOutcome<Int64, ChargeRefusal>
    {
        try await once(attempt, done: { $0.balance }) { () async throws(StoreError) in
            let reference = LedgerName.make("c_", atMs: nowMs)
            let result = try await ledger.charge(
                amount,
                by: attempt,
                reference: reference,
                atMs: nowMs
            )
            switch result {
            case .success(let balance): return .outcome(.done(balance))
            case .failure(let refused) where refused.isBy(SaleLedger.keyIsUsed): return .keyIsUsed
            case .failure(let refused) where refused.isBy("balance_at_most_2_53"):
                return .outcome(.refused(.balanceLimit))
            case .failure(let refused): throw refused.unexpected
            }
        }
    }
}
