import Engines
import Ledger
import SQL
import Values

/// Points: accounts, and the journal that explains them.
///
/// A transfer debits one account and credits another, so the journal's sum is always nothing. Users
/// have a stored balance, which a constraint keeps from going below zero: two payments at once
/// cannot both spend the same points, whatever they have read before. The house's accounts are what
/// users' points come from and go to.
extension PointLedger {
    /// Where charged points come from.
    static let issued = "house:issued"
    /// Where paid points go.
    static let sales = "house:sales"

    static func account(_ user: UserID) -> String { "user:" + user.raw }

    /// The points of a user as the entry has left them, null without an account.
    package static func balance(of user: UserID) -> SQL {
        "(select balance from accounts where account = \(account(user)))"
    }

    package func balance(of user: UserID) async throws(StoreError) -> Int64 {
        let statement: SQL = "select balance from accounts where account = \(Self.account(user))"
        let rows = try await rows(statement)
        return try decoded { () throws(SQLError) in try rows.first?.integer(0) ?? 0 }
    }

    /// Adds points; answers the balance after it. `attempt` is nil where the reference alone says
    /// what is the same again.
    func charge(_ charge: Charge, by attempt: Attempt?) async throws(StoreError)
        -> Result<Int64, RefusedEntry>
    {
        let account = Self.account(charge.user)
        let balance = Self.balance(of: charge.user)
        var entry: [SQL] = [
            """
            insert into accounts (account, balance) values (\(account), \(charge.amount))
            on conflict (account) do update set balance = accounts.balance + excluded.balance
            """,
            Self.transfer(
                from: "\(Self.issued)",
                to: account,
                charge.amount,
                kind: "charge",
                reference: charge.name,
                atMs: charge.atMs
            ),
        ]
        // The key before the reference: the same request again has the key's answer.
        if let attempt {
            entry.append(
                Self.answer(
                    to: attempt,
                    reference: charge.name,
                    balance: balance,
                    atMs: charge.atMs
                )
            )
        }
        if let reference = charge.reference {
            entry.append(
                """
                insert into charge_references (user_id, reference, source, charge, amount, balance,
                  at_ms)
                values (\(charge.user.raw), \(reference.text), \(reference.source.rawValue),
                  \(charge.name), \(charge.amount), \(balance), \(charge.atMs))
                returning balance
                """
            )
        }
        switch try await commit(entry) {
        case .failure(let refused): return .failure(refused)
        case .success(let results): return .success(try Self.answeredBalance(results))
        }
    }

    /// The charge that a reference has counted for: the user's own; or first, if the provider asks,
    /// whatever user's it has charged under it.
    func charge(called reference: String, from source: Charge.Source, of user: UserID)
        async throws(StoreError) -> (user: String, amount: Int64, balance: Int64)?
    {
        let isProvider: Int64 = source == .provider ? 1 : 0
        let statement: SQL = """
            select user_id, amount, balance from charge_references
            where reference = \(reference)
              and (user_id = \(user.raw) or source = 'provider' and \(isProvider) = 1)
            order by case when source = 'provider' then 0 else 1 end limit 1
            """
        let rows = try await rows(statement)
        return try decoded { () throws(SQLError) in
            guard let row = rows.first else { return nil }
            return (try row.text(0), try row.integer(1), try row.integer(2))
        }
    }

    /// A user's points for `reference`, a payment or an order; `balance_not_negative` refuses what
    /// they do not have, and the journal's `debit` being null who has no account.
    ///
    /// The journal first: each statement of PostgreSQL sees what has committed by then, so the
    /// update would pass over an account that another entry makes just now, and everything after it
    /// would find it. What the journal has seen, the update sees too.
    package static func paying(_ amount: Int64, by user: UserID, for reference: String, atMs: Int64)
        -> [SQL]
    {
        let account = Self.account(user)
        return [
            transfer(
                from: "(select account from accounts where account = \(account))",
                to: sales,
                amount,
                kind: "payment",
                reference: reference,
                atMs: atMs
            ),
            "update accounts set balance = balance - \(amount) where \(row: .account(account))",
        ]
    }

    /// The way back.
    package static func refunding(
        _ amount: Int64,
        to user: UserID,
        for reference: String,
        atMs: Int64
    )
        -> [SQL]
    {
        let account = Self.account(user)
        return [
            "update accounts set balance = balance + \(amount) where \(row: .account(account))",
            transfer(
                from: "\(sales)",
                to: account,
                amount,
                kind: "refund",
                reference: reference,
                atMs: atMs
            ),
        ]
    }

    /// One double entry of the journal.
    static func transfer(
        from debit: SQL,
        to credit: String,
        _ amount: Int64,
        kind: String,
        reference: String,
        atMs: Int64
    ) -> SQL {
        """
        insert into transfers (debit, credit, amount, kind, reference, at_ms)
        values (\(debit), \(credit), \(amount), \(kind), \(reference), \(atMs))
        """
    }
}

extension TouchedRow {
    fileprivate static func account(_ name: String) -> TouchedRow {
        TouchedRow("accounts", "account", name)
    }
}
