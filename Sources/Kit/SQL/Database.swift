/// A ledger's engine: SQLite in a file, or PostgreSQL. The same statements mean the same on both.
///
/// There are no transactions that wait for their caller: an entry is all its statements, sent at
/// once. What must hold is a constraint, and a refused entry tells which. So nothing is locked
/// while a program thinks, and many entries share one commit.
public protocol Database: Sendable {
    var dialect: SQLDialect { get }

    /// Brings the schema up to date, under a lock that other processes wait for: each missing step
    /// in its number's order. Refuses when an applied one has another digest.
    func migrate(_ migrations: [Migration]) async throws(MigrationError)

    /// Does all of `entry` or nothing of it, and returns when that is durable. Entries that wait at
    /// the same time share a transaction (**group commit**); one that is refused fails alone.
    func commit(_ entry: [SQL]) async throws(SQLError) -> [SQLResult]

    /// Reads. All statements see the same committed state.
    ///
    /// Each `ReadClass` has a reader of its own, so that no list delays an answer. A read that
    /// waited `ReadLimits.waitMaxMs` for its turn, or whose task was cancelled meanwhile, is not
    /// done: `unavailable`.
    func read(_ statements: [SQL], as kind: ReadClass) async throws(SQLError) -> [SQLResult]

    /// Why the engine takes no entries now; nil when it does. Asking has it tried: after a failure
    /// there is a trial write, and on PostgreSQL where nobody writes, too.
    func problem() async -> DatabaseProblem?

    func statistics() async -> SQLStatistics

    /// Ends the connections; what is in flight is finished first.
    func close() async
}

extension Database {
    /// Reads what an answer needs.
    public func read(_ statements: [SQL]) async throws(SQLError) -> [SQLResult] {
        try await read(statements, as: .answer)
    }

    /// Reads one statement's rows.
    public func rows(_ statement: SQL, as kind: ReadClass = .answer)
        async throws(SQLError) -> [SQLRow]
    {
        try await read([statement], as: kind)[0].rows
    }
}

/// What a read is for. It decides which reader does it.
public enum ReadClass: Sendable, CaseIterable {
    /// A few rows by their key: a balance, a stored answer, what an entry is made from.
    case answer
    /// Rows by the dozen, or sums over many: what people browse and what rankings count.
    case list
}

/// The limits of reads, the same for both engines.
public enum ReadLimits {
    /// A read that waited so long for its turn is not done: its client asks again, or has gone.
    public static let waitMaxMs = 2_000
}

public enum SQLDialect: String, Sendable {
    case sqlite, postgres
}

/// What an engine has done so far, for `/metrics`.
public struct SQLStatistics: Sendable, Equatable {
    /// Entries committed, and the transactions they shared.
    public var entries = 0
    public var commits = 0
    /// Entries that a constraint refused.
    public var refused = 0
    /// Entries and reads that failed otherwise.
    public var failures = 0
    public var reads = 0
    /// Reads that were not done: they waited too long, or nobody waited for them any more.
    public var readsExpired = 0
    public var readsAbandoned = 0
    /// Reads that wait or are under way now.
    public var readsPending = 0
    public var reconnects = 0
    /// Entries that wait or are being committed now.
    public var pending = 0
    /// From an entry's arrival to its answer, summed.
    public var entrySecondsTotal = 0.0

    public init() {}

    public static func + (left: SQLStatistics, right: SQLStatistics) -> SQLStatistics {
        var sum = left
        sum.entries += right.entries
        sum.commits += right.commits
        sum.refused += right.refused
        sum.failures += right.failures
        sum.reads += right.reads
        sum.readsExpired += right.readsExpired
        sum.readsAbandoned += right.readsAbandoned
        sum.readsPending += right.readsPending
        sum.reconnects += right.reconnects
        sum.pending += right.pending
        sum.entrySecondsTotal += right.entrySecondsTotal
        return sum
    }
}

/// The limits of group commit, the same for both engines.
public enum GroupCommit {
    /// Entries in one transaction.
    public static let entriesMax = 512
    /// A transaction that has begun takes newcomers this long at most, ms.
    static let openMaxMs = 2
    /// Entries that wait before a caller is turned away: 8,192 x ~2 KB is 16 MB.
    static let pendingMax = 8_192
}
