import Engines
import SQL
import Values

/// The first answer to an `Idempotency-Key`: written by the transaction that it answers for.
package struct StoredAnswer: Sendable, Equatable {
    var fingerprint: String
    /// `done`, or the raw value of a refusal.
    var outcome: String
    /// The payment, where there is one.
    package var reference: String
    /// The user's points in the answer.
    package var balance: Int64
    var atMs: Int64

    package static let done = "done"
}

/// The end of an entry that must happen once.
extension Ledger {
    /// Records the answer to `attempt`, and returns its balance. Refused by `Self.keyIsUsed` when
    /// the key has one, and by `balance` being null when the user has no account.
    package static func answer(
        to attempt: Attempt,
        outcome: String = StoredAnswer.done,
        reference: String,
        balance: SQL,
        atMs: Int64
    ) -> SQL {
        answer(
            to: attempt,
            outcome: outcome,
            read: "\(reference)",
            balance: balance,
            atMs: atMs
        )
    }

    /// The same with a reference that the statement reads.
    package static func answer(
        to attempt: Attempt,
        outcome: String = StoredAnswer.done,
        read reference: SQL,
        balance: SQL,
        atMs: Int64
    ) -> SQL {
        """
        insert into idempotency (user_id, key, fingerprint, outcome, reference, balance, at_ms)
        values (\(attempt.user.raw), \(attempt.key), \(attempt.fingerprint), \(outcome),
          \(reference), \(balance), \(atMs))
        returning balance
        """
    }

    package static var keyIsUsed: String { "idempotency_user_id_key" }

    /// The balance of the answer that ends an entry.
    package static func answeredBalance(_ results: [SQLResult]) throws(StoreError) -> Int64 {
        try decoded { () throws(SQLError) in
            guard let row = results.last?.rows.first else { throw .broken("an entry unanswered") }
            return try row.integer(0)
        }
    }
}

extension Attempts {
    /// Answers are kept this long (API.md); after it a key is as good as new.
    static let answersKeptMs: Int64 = 24 * 3_600_000
    /// Old answers deleted in one entry: 500 rows are a few milliseconds of the writer.
    private static let prunedAtOnceMax = 500

    /// What the key was answered within the last 24 h.
    func storedAnswer(to attempt: Attempt) async throws(StoreError) -> StoredAnswer? {
        let statement: SQL = """
            select fingerprint, outcome, reference, balance, at_ms from idempotency
            where user_id = \(attempt.user.raw) and key = \(attempt.key)
              and at_ms > \(nowMs - Self.answersKeptMs)
            """
        guard let row = try await rows(statement).first else { return nil }
        return try decoded { () throws(SQLError) in
            StoredAnswer(
                fingerprint: try row.text(0),
                outcome: try row.text(1),
                reference: try row.text(2),
                balance: try row.integer(3),
                atMs: try row.integer(4)
            )
        }
    }

    /// Keeps what became of an attempt that wrote nothing else. False: the key has an answer.
    package func keep(
        _ outcome: String,
        reference: String = "",
        asAnswerTo attempt: Attempt,
        balance: SQL = "0"
    ) async throws(StoreError) -> Bool {
        let entry = Self.answer(
            to: attempt,
            outcome: outcome,
            reference: reference,
            balance: balance,
            atMs: nowMs
        )
        switch try await commit([entry]) {
        case .success: return true
        case .failure(let refused) where refused.isBy(Self.keyIsUsed): return false
        case .failure(let refused): throw refused.unexpected
        }
    }

    /// Makes a key that was answered more than 24 h ago as good as new.
    func forgetAnswer(to attempt: Attempt) async throws(StoreError) {
        let statement: SQL = """
            delete from idempotency where user_id = \(attempt.user.raw) and key = \(attempt.key)
              and at_ms <= \(nowMs - Self.answersKeptMs)
            """
        _ = try expected(await commit([statement]))
    }

    /// Deletes answers that are too old; true: there may be more.
    package func prune(nowMs: Int64) async throws(StoreError) -> Bool {
        let statement: SQL = """
            delete from idempotency where (user_id, key) in (
              select user_id, key from idempotency where at_ms <= \(nowMs - Self.answersKeptMs)
              order by at_ms limit \(Self.prunedAtOnceMax))
            """
        return try expected(await commit([statement]))[0].changes == Self.prunedAtOnceMax
    }
}
