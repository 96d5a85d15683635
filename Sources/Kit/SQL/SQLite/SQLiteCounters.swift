import Synchronization

/// What both threads have done, and what was wrong last.
final class SQLiteCounters: Sendable {
    private let counts = Mutex(SQLStatistics())
    private let failure = Mutex<SQLiteFailure?>(nil)

    var statistics: SQLStatistics { counts.withLock { $0 } }

    /// Why the last transaction failed; nil when it did not.
    var lastFailure: SQLiteFailure? {
        get { failure.withLock { $0 } }
        set { failure.withLock { $0 = newValue } }
    }

    func add(_ body: (inout SQLStatistics) -> Void) { counts.withLock { body(&$0) } }
}
