import Synchronization
import Values

/// Attempts that are being answered now, over all loops of a process: the same key again is told to
/// wait. Over processes the ledger's unique key decides.
///
/// As many as there are requests in flight, which the HTTP server limits.
package final class AttemptsInFlight: Sendable {
    private struct Key: Hashable {
        let user: UserID
        let key: String
    }

    private let keys = Mutex<Set<Key>>([])

    package init() {}

    /// False: the key is being answered already.
    func begin(_ attempt: Attempt) -> Bool {
        keys.withLock { $0.insert(Key(user: attempt.user, key: attempt.key)).inserted }
    }

    func end(_ attempt: Attempt) {
        keys.withLock { _ = $0.remove(Key(user: attempt.user, key: attempt.key)) }
    }
}
