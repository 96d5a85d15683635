import EventLoop

/// Whether entries can be written: their answers say so, and where nobody writes or one has failed,
/// a probe does. On the loop only.
///
/// A failure is known at once, and is over when a probe has succeeded: of a full disk some entries
/// still find room, and of a locked table others do not need it.
final class WriteHealth {
    /// How long after the last write there is a probe, if somebody asks. It is a commit of a few
    /// bytes, on each loop's connection.
    static let idleMs = 4_000
    /// The same while a write has failed, and after one that says nothing about the others.
    static let doubtMs = 1_000
    /// So long after the last question it is no longer asked.
    static let askedMs = 30_000

    private let clock: Clock
    private(set) var problem: DatabaseProblem?
    private var isInDoubt = false
    /// The lock that the last probe has found in the way of all writes of a table.
    private var lock: String?
    private var workedNs: UInt64 = 0
    private var probedNs: UInt64 = 0
    private var askedNs: UInt64?

    init(clock: Clock) { self.clock = clock }

    /// Somebody wants to know.
    func ask() { askedNs = clock.monotonicNs() }

    /// A write was done.
    func worked() { workedNs = clock.monotonicNs() }

    /// A write was not done.
    func failed(_ failure: PostgresFailure) {
        if failure.isTimeout { return doubt() }
        // The end of a connection is told by the connection.
        guard failure.isGeneral, !failure.isFatal else { return }
        problem = DatabaseProblem(trouble: failure.trouble, reason: failure.text)
    }

    /// There is reason to look.
    func doubt() { isInDoubt = true }

    /// What was known was of another connection.
    func restart() {
        problem = nil
        lock = nil
        isInDoubt = true
    }

    // MARK: Probe

    /// What a probe writes is nobody's: a message in the log of changes. Its commit waits for the
    /// disk and for standbys like any other. It also looks for the lock that a write of one of our
    /// tables would wait for, and does not wait for it: behind one who waits others would have to.
    static let message: SQL = """
        select pg_logical_emit_message(true, 'onsale', '') is null,
          current_setting('transaction_read_only'),
          (select format('process %s has %s on %s', pid, mode, relation::regclass)
            from pg_locks where granted and locktype = 'relation'
            and mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock',
              'AccessExclusiveLock')
            and pid is distinct from pg_backend_pid()
            and database = (select oid from pg_database where datname = current_database())
            and relation in (select oid from pg_class where relkind in ('r', 'p')
              and relpersistence = 'p' and relnamespace <> 'pg_catalog'::regnamespace
              and pg_table_is_visible(oid))
            order by pid, relation limit 1)
        """

    /// The log may have room where the tables have none.
    private static let table: SQL = """
        create temporary table onsale_probe on commit drop as select 1 as one
        """

    /// What a probe has to send now; nil when none is due.
    func probe() -> [SQL]? {
        let now = clock.monotonicNs()
        if problem != nil || lock != nil || isInDoubt {
            guard Self.isOver(Self.doubtMs, since: probedNs, now) else { return nil }
        } else {
            guard let askedNs, !Self.isOver(Self.askedMs, since: askedNs, now),
                Self.isOver(Self.idleMs, since: max(workedNs, probedNs), now)
            else { return nil }
        }
        probedNs = now
        isInDoubt = false
        return problem?.trouble == .full ? [Self.table, Self.message] : [Self.message]
    }

    /// From 0, which is never, all times are over.
    private static func isOver(_ ms: Int, since ns: UInt64, _ now: UInt64) -> Bool {
        ns == 0 || now >= ns + UInt64(ms) * 1_000_000
    }

    func answered(_ outcome: PostgresLink.Outcome) {
        // That the connection was lost is told by the connection.
        guard case .answered(let replies) = outcome else { return }
        if let failure = replies.lazy.compactMap(\.failure).first, failure.isGeneral {
            return failed(failure)
        }
        // One that the role may not do says nothing.
        let values = replies.last?.result?.rows.first?.values ?? []
        if values.count == 3, values[1] == .text("on") {
            let reason = "transactions are read only"
            problem = DatabaseProblem(trouble: .readOnly, reason: reason)
            return
        }
        let before = lock
        lock = nil
        if values.count == 3, case .text(let found) = values[2] { lock = found }
        // Twice the same: locks that are held for a moment are everyday.
        problem = lock.flatMap { $0 == before ? DatabaseProblem(trouble: .slow, reason: $0) : nil }
    }
}
