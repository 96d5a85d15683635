public import EventLoop

/// PostgreSQL, spoken to from one event loop: a connection that writes, with group commit, one that
/// reads answers and one that reads lists. They mend themselves. Make one per loop.
///
/// While a connection is away its callers are refused at once with `unavailable`. When it breaks or
/// says nothing for `answerTimeoutMs`, so are those whose entries or reads were on their way: such
/// an entry may be committed, and its caller must look before trying again (an idempotency key
/// does). A cancelled task still waits for its entry; a read of its that waits is not done.
///
/// Once started it keeps itself alive until `close`. It needs sessions of its own: a pooler that
/// shares one between transactions loses the prepared statements.
public actor PostgresDatabase: OnLoop, Database {
    public nonisolated let endpoint: PostgresEndpoint
    public nonisolated var dialect: SQLDialect { .postgres }
    let configuration: PostgresConfiguration
    public nonisolated let loop: EventLoop
    let writer: EntryWriter
    let writing = PostgresConnection(.writer)
    let answers: PostgresReads
    let lists: PostgresReads
    let turnEnd = WriterTurnEnd()
    var watch = PostgresWatch()
    var hasStarted = false
    var isClosed = false
    var patients: [PatientCaller] = []
    var random = SystemRandomNumberGenerator()
    /// What is neither the writer's nor the reads': reconnects, refusals of this actor.
    private(set) var counts = SQLStatistics()
    /// Those that wait for the last answer before the end.
    private var idlers: [PatientCaller] = []

    public init(
        _ endpoint: PostgresEndpoint,
        configuration: PostgresConfiguration = .init(),
        on loop: EventLoop
    ) {
        self.endpoint = endpoint
        self.configuration = configuration
        self.loop = loop
        writer = EntryWriter(clock: loop.clock, retriesMax: configuration.retriesMax)
        answers = PostgresReads(.answer, clock: loop.clock)
        lists = PostgresReads(.list, clock: loop.clock)
    }

    // MARK: Database

    public func commit(_ entry: [SQL]) async throws(SQLError) -> [SQLResult] {
        guard !entry.isEmpty else { return [] }
        try check(entry)
        _ = try admit(writing, pending: writer.pending, max: configuration.entriesPendingMax)
        defer { settle() }
        return try unsafe await withUnsafeContinuation { unsafe writer.append(entry, $0) }.get()
    }

    public func read(_ statements: [SQL], as kind: ReadClass)
        async throws(SQLError) -> [SQLResult]
    {
        guard !statements.isEmpty else { return [] }
        try check(statements)
        let reads = reads(kind)
        _ = try admit(reads.connection, pending: reads.pending, max: configuration.readsMax)
        defer { settle() }
        let askedNs = loop.clock.monotonicNs()
        let asker = WaitingRead.Asker()
        return try await withTaskCancellationHandler {
            // By `self`: what does not name the actor is not on it.
            unsafe await withUnsafeContinuation {
                self.reads(kind).append(unsafe WaitingRead(statements, askedNs, asker, $0))
            }
        } onCancel: {
            asker.leave()
        }.get()
    }

    private func reads(_ kind: ReadClass) -> PostgresReads {
        switch kind {
        case .answer: answers
        case .list: lists
        }
    }

    var connections: [PostgresConnection] { [writing, answers.connection, lists.connection] }
    private var pending: Int { writer.pending + answers.pending + lists.pending }

    /// Of connections, and of writes: in the background entries' answers are noted, and where there
    /// are none a probe is written.
    public func problem() -> DatabaseProblem? {
        writer.health.ask()
        return obstacle()
    }

    public func statistics() -> SQLStatistics {
        var sum = counts + writer.statistics + answers.statistics + lists.statistics
        sum.pending = writer.pending
        sum.readsPending = answers.pending + lists.pending
        return sum
    }

    public func close() async {
        guard !isClosed else { return }
        // Its session would outlive us, and one more come with each restart.
        let stuck = writing.link?.isStuck == true ? writing.link?.peer : nil
        if let peer = stuck ?? writing.leftover { await endSession(of: peer) }
        isClosed = true
        if pending > 0 {
            _ = unsafe await withUnsafeContinuation { unsafe idlers.append(PatientCaller($0)) }
        }
        end()
    }

    // MARK: Admission

    private func admit(
        _ connection: PostgresConnection,
        pending: Int,
        max: Int
    ) throws(SQLError) -> PostgresLink {
        let error: SQLError
        if isClosed {
            error = .unavailable("closed")
        } else if let link = connection.link, link.isUsable {
            if pending < max { return link }
            error = .busy("\(max) wait already")
        } else {
            error = .unavailable(connection.lastFailure ?? "not connected yet")
        }
        counts.failures += 1
        throw error
    }

    /// The protocol counts a statement's values in 16 bits.
    static let valuesMax = 65_535

    /// What would disturb the others on the connection is refused here.
    private func check(_ statements: [SQL]) throws(SQLError) {
        for statement in statements {
            // PostgreSQL takes a statement of nothing for done.
            let reason =
                statement.isBlank
                ? "an empty statement"
                : statement.values.count > Self.valuesMax
                    ? "\(statement.values.count) values; the limit is \(Self.valuesMax)" : nil
            guard let reason else { continue }
            counts.failures += 1
            throw .broken(reason)
        }
    }

    private func settle() {
        guard isClosed, pending == 0 else { return }
        for idler in idlers { idler.resume(true) }
        idlers = []
    }

    func noteReconnect() { counts.reconnects += 1 }
}

extension SQL {
    fileprivate var isBlank: Bool {
        values.isEmpty && pieces[0].utf8.allSatisfy { $0 == 0x20 || $0 == 0x0A || $0 == 0x09 }
    }
}

/// What the loop's turn-end hook holds: hooks cannot be taken back, so it must not hold the actor.
final class WriterTurnEnd { var writer: EntryWriter? }
