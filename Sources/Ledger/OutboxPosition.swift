import Synchronization

/// The highest number in the outbox, as far as this process knows. Any thread.
///
/// The relay keeps it: what this process commits counts within milliseconds, what another process
/// has numbered within a second.
package final class OutboxPosition: Sendable {
    private let number = Atomic<Int64>(0)
    private let observers = Mutex<[@Sendable (Int64) -> Void]>([])

    package init() {}

    package var latest: Int64 { number.load(ordering: .acquiring) }

    /// Calls `body` with the new number whenever there are newer events, on the relay's loop. For
    /// as long as the process lives: one call per loop, not per listener.
    package func observe(_ body: @escaping @Sendable (Int64) -> Void) {
        observers.withLock { $0.append(body) }
    }

    /// True when it is news.
    func advance(to latest: Int64) -> Bool {
        let (old, _) = number.max(latest, ordering: .acquiringAndReleasing)
        guard latest > old else { return false }
        for observer in observers.withLock({ $0 }) { observer(latest) }
        return true
    }
}
