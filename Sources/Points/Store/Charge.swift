import Engines
import Ledger
import Values

/// Points that are to be added to a user's.
struct Charge: Sendable {
    enum Source: String, Sendable { case user, provider }

    var user: UserID
    var amount: Int64
    /// What it is called elsewhere, and who says so: it counts once for ever.
    var reference: (text: String, source: Source)?
    /// Its name in the journal.
    var name: String
    var atMs: Int64
}

extension PointStore {
    /// Adds points to the user's. A `reference` counts once for this user, under whatever key.
    package func charge(_ amount: Int64, reference: String? = nil, by attempt: Attempt)
        async throws(StoreError) -> AttemptOutcome<ChargeReceipt, ChargeRefusal>
    {
        func first(_ answer: StoredAnswer) -> ChargeReceipt { .init(balance: answer.balance) }
        return try await attempts.once(attempt, done: first) { () async throws(StoreError) in
            let charge = charge(amount, to: attempt.user, reference.map { ($0, .user) })
            switch try await ledger.charge(charge, by: attempt) {
            case .success(let balance): return .outcome(.done(ChargeReceipt(balance: balance)))
            case .failure(let refused) where refused.isBy(PointLedger.keyIsUsed): return .keyIsUsed
            case .failure(let refused): return .outcome(try await notCharged(charge, refused))
            }
        }
    }

    /// The same for the back end of a payment provider: its `reference` counts once for all users.
    func charge(_ amount: Int64, to user: UserID, providersReference reference: String)
        async throws(StoreError) -> AttemptOutcome<ChargeReceipt, ChargeRefusal>
    {
        let charge = charge(amount, to: user, (reference, .provider))
        switch try await ledger.charge(charge, by: nil) {
        case .success(let balance): return .done(ChargeReceipt(balance: balance))
        case .failure(let refused): return try await notCharged(charge, refused)
        }
    }

    private func charge(_ amount: Int64, to user: UserID, _ reference: (String, Charge.Source)?)
        -> Charge
    {
        Charge(
            user: user,
            amount: amount,
            reference: reference,
            name: LedgerName.make("c_", atMs: nowMs),
            atMs: nowMs
        )
    }

    /// What became of a charge that the ledger has refused. A reference that counts already has its
    /// answer, whatever else there is against another charge.
    private func notCharged(_ charge: Charge, _ refused: RefusedEntry)
        async throws(StoreError) -> AttemptOutcome<ChargeReceipt, ChargeRefusal>
    {
        if let reference = charge.reference,
            let first = try await ledger.charge(
                called: reference.text,
                from: reference.source,
                of: charge.user
            )
        {
            guard first.user == charge.user.raw, first.amount == charge.amount else {
                return .refused(.referenceUsed)
            }
            return .done(ChargeReceipt(balance: first.balance, isRepeated: true))
        }
        if refused.isBy("balance_at_most_2_53") { return .refused(.balanceLimit) }
        throw refused.unexpected
    }
}
