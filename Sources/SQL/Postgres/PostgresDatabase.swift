public import EventLoop

/// PostgreSQL, spoken to from one event loop: a connection that writes, with group commit, and one
/// that reads. Both mend themselves. Make one per loop.
///
/// While a connection is away its callers are refused at once with `unavailable`. When it breaks or
/// says nothing for `answerTimeoutMs`, so are those whose entries or reads were on their way: such
/// an entry may be committed, and its caller must look before trying again (an idempotency key
/// does). A cancelled task still waits for its answer.
///
/// Once started it keeps itself alive until `close`. It needs sessions of its own: a pooler that
/// shares one between transactions loses the prepared statements.
public actor PostgresDatabase: Database {
    public nonisolated let endpoint: PostgresEndpoint
    public nonisolated var dialect: SQLDialect { .postgres }
    let configuration: PostgresConfiguration
    nonisolated let loop: EventLoop
    let writer: EntryWriter
    let writing = PostgresLine(.writer)
    let reading = PostgresLine(.reader)
    let turnEnd = WriterTurnEnd()
    var hasStarted = false
    var isClosed = false
    var watchdog: LoopTimer?
    var patients: [PatientCaller] = []
    var random = SystemRandomNumberGenerator()
    /// What is not in the writer's: reads, reconnects, refusals of this actor.
    private(set) var counts = SQLStatistics()
    private var readsInFlight = 0
    /// Those that wait for the last answer before the end.
    private var idlers: [PatientCaller] = []

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    public init(
        _ endpoint: PostgresEndpoint,
        configuration: PostgresConfiguration = .init(),
        on loop: EventLoop
    ) {
        self.endpoint = endpoint
        self.configuration = configuration
        self.loop = loop
        writer = EntryWriter(clock: loop.clock, retriesMax: configuration.retriesMax)
    }

    // MARK: Database

    public func commit(_ entry: [SQL]) async throws(SQLError) -> [SQLResult] {
        guard !entry.isEmpty else { return [] }
        try check(entry)
        _ = try admit(writing, pending: writer.pending, max: configuration.entriesPendingMax)
        defer { settle() }
        return try unsafe await withUnsafeContinuation { unsafe writer.append(entry, $0) }.get()
    }

    public func read(_ statements: [SQL]) async throws(SQLError) -> [SQLResult] {
        guard !statements.isEmpty else { return [] }
        try check(statements)
        let link = try admit(reading, pending: readsInFlight, max: configuration.readsMax)
        readsInFlight += 1
        defer {
            readsInFlight -= 1
            settle()
        }
        let results = await ReadBatch.results(of: statements, on: link)
        switch results {
        case .success: counts.reads += 1
        case .failure: counts.failures += 1
        }
        return try results.get()
    }

    public func problem() -> String? {
        if isClosed { return "closed" }
        for line in [writing, reading] where line.link?.isUsable != true {
            return line.lastFailure ?? "not connected yet"
        }
        return nil
    }

    public func statistics() -> SQLStatistics {
        var sum = counts + writer.statistics
        sum.pending = writer.pending
        return sum
    }

    public func close() async {
        guard !isClosed else { return }
        isClosed = true
        if writer.pending + readsInFlight > 0 {
            _ = unsafe await withUnsafeContinuation { unsafe idlers.append(PatientCaller($0)) }
        }
        end()
    }

    // MARK: Admission

    private func admit(
        _ line: PostgresLine,
        pending: Int,
        max: Int
    ) throws(SQLError) -> PostgresLink {
        let reason: String
        if isClosed {
            reason = "closed"
        } else if pending >= max {
            reason = "\(max) wait already"
        } else if let link = line.link, link.isUsable {
            return link
        } else {
            reason = line.lastFailure ?? "not connected yet"
        }
        counts.failures += 1
        throw .unavailable(reason)
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
        guard isClosed, writer.pending + readsInFlight == 0 else { return }
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
