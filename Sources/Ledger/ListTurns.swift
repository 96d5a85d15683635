import Engines
import EventLoop
import SQL
import Synchronization
import Values

/// The lists that users read of their own, over all loops of a process: a user reads one at a time,
/// so that nobody fills the reader of lists alone. A page that asks for three lists at once is
/// served; a crowd of requests of one user is refused.
///
/// A lock, for loops share it; nothing but the queue is touched under it. It holds as many users as
/// there are requests in flight, which the HTTP server limits.
package final class ListTurns: Sendable {
    /// Requests of a user that may wait behind the one that is served: a page asks for payments,
    /// orders and coupons together.
    static let waitingMax = 3

    /// Told whether it has the turn.
    @safe private struct Waiter {
        private let continuation: UnsafeContinuation<Bool, Never>
        init(_ continuation: UnsafeContinuation<Bool, Never>) {
            unsafe self.continuation = continuation
        }
        func resume(_ hasTurn: Bool) { unsafe continuation.resume(returning: hasTurn) }
    }

    /// Who waits behind the one that is served.
    private let waiting = Mutex<[UserID: [Waiter]]>([:])

    package init() {}

    /// Does `read` when it is the user's turn. Nil: too many of the user's wait already.
    package nonisolated(nonsending) func turn<Value>(
        of user: UserID,
        clock: Clock,
        _ read: () async throws(StoreError) -> Value
    ) async throws(StoreError) -> Value? {
        let askedNs = clock.monotonicNs()
        guard await begin(user) else { return nil }
        defer { end(user) }
        // Those before it have had their own limit, and each that is late goes at once.
        let waitedNs = clock.monotonicNs() - askedNs
        guard !Task.isCancelled, waitedNs < UInt64(Self.waitMaxMs) * 1_000_000 else {
            throw .busy("Lists of yours that were asked for before took too long.")
        }
        return try await read()
    }

    /// As long as a read waits in the ledger's own queue.
    private static let waitMaxMs = ReadLimits.waitMaxMs

    /// False: too many wait.
    nonisolated(nonsending) private func begin(_ user: UserID) async -> Bool {
        unsafe await withUnsafeContinuation { continuation in
            let waiter = unsafe Waiter(continuation)
            let hasTurn: Bool? = waiting.withLock { waiting in
                guard let others = waiting[user] else {
                    waiting[user] = []
                    return true
                }
                guard others.count < Self.waitingMax else { return false }
                waiting[user] = others + [waiter]
                return nil
            }
            if let hasTurn { waiter.resume(hasTurn) }
        }
    }

    private func end(_ user: UserID) {
        let next: Waiter? = waiting.withLock { waiting in
            guard let first = waiting[user]?.first else {
                waiting[user] = nil
                return nil
            }
            waiting[user]?.removeFirst()
            return first
        }
        next?.resume(true)
    }
}
