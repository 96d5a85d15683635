/// The limits of one loop's connections to PostgreSQL.
public struct PostgresConfiguration: Sendable {
    /// The longest wait for an answer, from the moment something is sent; then the connection is
    /// dropped, for everything behind it hangs too. An entry also waits at most this long to be
    /// sent.
    public var answerTimeoutMs = 5_000
    /// From the first packet to a connection that is greeted, TLS included.
    public var connectTimeoutMs = 5_000
    /// Entries that wait or are in flight before a caller is turned away.
    var entriesPendingMax = GroupCommit.pendingMax
    /// Reads of a class that wait or are in flight before a caller is refused: 4,096 x ~1 KB is 4
    /// MB.
    var readsMax = 4_096
    /// The server gives up a statement after this time. With the next one it leaves room, within
    /// `answerTimeoutMs`, for a refused group to be sent again.
    public var statementTimeoutMs = 2_500
    /// The server gives up the wait for a lock after this time. Above its `deadlock_timeout` (1 s),
    /// so that a deadlock is found as one and tried again.
    var lockTimeoutMs = 1_500
    /// The server ends a transaction that says nothing for so long: a frozen process of ours must
    /// not hold the others' rows for ever.
    var idleInTransactionTimeoutMs = 10_000
    /// How often an entry is tried again after a deadlock or a serialization failure.
    var retriesMax = 5
    /// Statements kept prepared on a connection: 256 x ~20 KB of plan is 5 MB at the server.
    var statementsMax = 256
    /// While a session hangs at the server it is looked at, with pauses that grow up to this.
    var sessionLookMaxMs = 5_000
    /// The first pause between two attempts to connect lasts at most this long, the next twice that
    /// and so on, each drawn evenly from 1 ms up.
    var backoffMinMs = 20
    /// No pause is longer. It bounds how late the end of an outage is noticed.
    public var backoffMaxMs = 1_000
    /// For all missing steps of the schema together, and the wait for another process that is at
    /// it: an index over millions of rows takes its time.
    var migrationTimeoutMs = 600_000
    /// A write that is not answered after this time is told: above what the server takes for a lock
    /// that it does not get.
    var slowAfterMs = 2_000
    /// Copies share it: all loops of a process follow the same promotion.
    let newestHistory = NewestHistory()

    public init() {}
}
