import Onsale
import SQL

/// Points: accounts, and the journal that explains them.
///
/// A transfer debits one account and credits another, so the journal's sum is always nothing. Users
/// have a stored balance, which a constraint keeps from going below zero: two payments at once
/// cannot both spend the same points, whatever they have read before. The house's accounts are what
/// users' points come from and go to.
extension SaleLedger {
    /// Where charged points come from.
    static let issued = "house:issued"
    /// Where paid points go.
    static let sales = "house:sales"

    static func account(_ user: UserID) -> String { "user:" + user.raw }

    func balance(of user: UserID) async throws(StoreError) -> Int64 {
        let statement: SQL = "select balance from accounts where account = \(Self.account(user))"
        let rows = try await rows(statement)
        return try decoded { () throws(SQLError) in try rows.first?.integer(0) ?? 0 }
    }

    /// Adds points; answers the balance after it.
    func charge(_ amount: Int64, by attempt: Attempt, reference: String, atMs: Int64)
        async throws(StoreError) -> Result<Int64, Refused>
    {
        let account = Self.account(attempt.user)
        let credit: SQL = """
            insert into accounts (account, balance) values (\(account), \(amount))
            on conflict (account) do update set balance = accounts.balance + excluded.balance
            """
        let result = try await commit([
            credit,
            Self.transfer(
                from: "\(Self.issued)",
                to: account,
                amount,
                kind: "charge",
                reference: reference,
                atMs: atMs
            ),
            answer(
                to: attempt,
                reference: reference,
                balance: Self.balance(of: attempt.user),
                atMs: atMs
            ),
        ])
        switch result {
        case .failure(let refused): return .failure(refused)
        case .success(let results): return .success(try Self.answeredBalance(results))
        }
    }

    /// A user's points for `reference`, a payment or an order; `balance_not_negative` refuses what
    /// they do not have, and the journal's `debit` being null who has no account.
    ///
    /// The journal first: each statement of PostgreSQL sees what has committed by then, so the
    /// update would pass over an account that another entry makes just now, and everything after it
    /// would find it. What the journal has seen, the update sees too.
    static func paying(_ amount: Int64, by user: UserID, for reference: String, atMs: Int64)
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
            "update accounts set balance = balance - \(amount) where account = \(account)",
        ]
    }

    /// The way back.
    static func refunding(_ amount: Int64, to user: UserID, for reference: String, atMs: Int64)
        -> [SQL]
    {
        let account = Self.account(user)
        return [
            "update accounts set balance = balance + \(amount) where account = \(account)",
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
