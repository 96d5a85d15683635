import Engines
import EventLoop
import SQL

/// Attempts that must happen once: begun once, answered from the ledger when they come again.
package struct Attempts: Pruned {
    package let database: any Database
    private let inFlight: AttemptsInFlight
    private let loop: EventLoop

    /// `inFlight` is the process's, over all its loops.
    package init(_ database: any Database, inFlight: AttemptsInFlight, on loop: EventLoop) {
        self.database = database
        self.inFlight = inFlight
        self.loop = loop
    }

    var nowMs: Int64 { loop.clock.wallMs() }

    /// What one run of an attempt came to.
    package enum Run<Done: Equatable & Sendable, Refused: Equatable & Sendable> {
        case outcome(AttemptOutcome<Done, Refused>)
        /// The ledger has an answer for this key.
        case keyIsUsed
    }

    /// Runs `body` unless the key is being answered now. An answer that is there already is read by
    /// `done`; one older than 24 h is forgotten, and `body` runs once more.
    package func once<Done, Refused>(
        _ attempt: Attempt,
        done: (StoredAnswer) async throws(StoreError) -> Done,
        _ body: () async throws(StoreError) -> Run<Done, Refused>
    ) async throws(StoreError) -> AttemptOutcome<Done, Refused>
    where Refused: RawRepresentable, Refused.RawValue == String {
        guard inFlight.begin(attempt) else { return .inProgress }
        defer { inFlight.end(attempt) }
        for _ in 1...2 {
            if case .outcome(let outcome) = try await body() { return outcome }
            if let stored: AttemptOutcome<Done, Refused> = try await stored(attempt, done: done) {
                return stored
            }
            try await forgetAnswer(to: attempt)
        }
        throw .unavailable("the key's answer comes and goes")
    }

    /// The answer that the key has had; nil: none, or one older than 24 h.
    package func stored<Done, Refused>(
        _ attempt: Attempt,
        done: (StoredAnswer) async throws(StoreError) -> Done
    ) async throws(StoreError) -> AttemptOutcome<Done, Refused>?
    where Refused: RawRepresentable, Refused.RawValue == String {
        guard let answer = try await storedAnswer(to: attempt) else {
            return nil
        }
        guard answer.fingerprint == attempt.fingerprint else { return .mismatch }
        if answer.outcome == StoredAnswer.done { return .done(try await done(answer)) }
        guard let refusal = Refused(rawValue: answer.outcome) else {
            throw .broken("a stored answer \(answer.outcome)")
        }
        return .refused(refusal)
    }

    /// Keeps a refusal as the answer to this key.
    package func refuse<Done, Refused>(_ attempt: Attempt, _ refusal: Refused)
        async throws(StoreError)
        -> Run<Done, Refused>
    where Refused: RawRepresentable, Refused.RawValue == String {
        let kept = try await keep(refusal.rawValue, asAnswerTo: attempt)
        return kept ? .outcome(.refused(refusal)) : .keyIsUsed
    }
}
