import Values

/// One attempt at something that must happen once: who sends it, under which key, and what exactly.
package struct Attempt: Hashable, Sendable {
    package var user: UserID
    /// `Idempotency-Key`: 1-255 printable ASCII.
    package var key: String
    /// SHA-256 of method, path and body, base64url: the same key must not ask for something else.
    var fingerprint: String

    package init(user: UserID, key: String, fingerprint: String) {
        self.user = user
        self.key = key
        self.fingerprint = fingerprint
    }
}

/// What became of an attempt. The first answer is stored, and given again.
package enum AttemptOutcome<Done: Equatable & Sendable, Refused: Equatable & Sendable>: Equatable,
    Sendable
{
    case done(Done)
    case refused(Refused)
    /// The same key is being answered now.
    case inProgress
    /// The key was used for something else.
    case mismatch
}
