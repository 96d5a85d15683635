import EventLoop

/// The ledger in one file. One process has it; its loops share this object.
///
/// A thread writes, one reads answers, one reads lists; callers are tasks on event loops and hand
/// their work over.
/// The file has a write-ahead log and is synced at every commit. The price of that sync is shared:
/// while one transaction is made durable the next ones gather, and become one.
public final class SQLiteDatabase: Database {
    /// Where a group commit is.
    public enum CommitStep: Sendable {
        /// The transaction is open.
        case began
        /// One more entry is in it, or was refused.
        case entryDone
        /// All are in it; nothing is durable.
        case beforeCommit
        /// All is durable; nobody has an answer.
        case afterCommit
    }

    public let dialect = SQLDialect.sqlite
    private let readers: Readers
    private let readerThreads: [OwnThread]
    /// Nil in one that only reads.
    private let writer: SQLiteWriter?
    private let writerThread: OwnThread?
    private let counters: SQLiteCounters
    let configuration: SQLiteConfiguration

    /// Opens the file, or makes it, for this process alone: `PATH.lock` is locked until `close`.
    /// Blocks while SQLite brings back what a killed owner has left in the log.
    public convenience init(
        path: String,
        configuration: SQLiteConfiguration = .init()
    ) throws(SQLError) {
        let lock = try SQLiteLock(for: path)
        do throws(SQLError) {
            try SQLiteLock.makePrivateFile(path)
            try self.init(path, configuration, writesUnder: lock)
        } catch {
            lock.release()
            throw error
        }
    }

    /// Opens the file to read only, beside the process that has it. `commit` and `migrate` are
    /// refused.
    public convenience init(
        readOnly path: String,
        configuration: SQLiteConfiguration = .init()
    ) throws(SQLError) {
        try self.init(path, configuration, writesUnder: nil)
    }

    private init(
        _ path: String,
        _ configuration: SQLiteConfiguration,
        writesUnder lock: SQLiteLock?
    ) throws(SQLError) {
        let counters = SQLiteCounters()
        let file = SQLiteFile(path, configuration)
        let writer: SQLiteWriter?
        let readers: Readers
        do throws(SQLiteFailure) {
            writer = lock == nil ? nil : try SQLiteWriter(file, configuration, counters)
            readers = Readers(
                answers: try SQLiteReader(.answer, file, configuration, counters),
                lists: try SQLiteReader(.list, file, configuration, counters)
            )
        } catch {
            throw .unavailable(error.message)
        }
        self.counters = counters
        self.configuration = configuration
        self.writer = writer
        self.readers = readers
        readerThreads = [readers.answers, readers.lists].map { reader in
            OwnThread.start { reader.run() }
        }
        writerThread = writer.map { writer in
            OwnThread.start {
                writer.run()
                lock?.release()
            }
        }
    }

    deinit {
        readers.close()
        writer?.close()
    }

    public func commit(_ entry: [SQL]) async throws(SQLError) -> [SQLResult] {
        guard let writer else { throw Self.onlyReads }
        guard !entry.isEmpty else { return [] }
        return try unsafe await withUnsafeContinuation { unsafe writer.submit(entry, $0) }.get()
    }

    public func read(_ statements: [SQL], as kind: ReadClass)
        async throws(SQLError) -> [SQLResult]
    {
        guard !statements.isEmpty else { return [] }
        let reader = readers.of(kind)
        let askedNs = configuration.clock.monotonicNs()
        let asker = WaitingRead.Asker()
        return try await withTaskCancellationHandler {
            unsafe await withUnsafeContinuation {
                reader.submit(unsafe WaitingRead(statements, askedNs, asker, $0))
            }
        } onCancel: {
            asker.leave()
        }.get()
    }

    /// After a failure it tries to write: so it heals without a caller who risks an entry.
    public func problem() async -> DatabaseProblem? {
        guard writer != nil else {
            do throws(SQLError) {
                _ = try await read(["select count(*) from sqlite_schema"])
                return nil
            } catch {
                return DatabaseProblem(trouble: .away, reason: "\(error)")
            }
        }
        guard counters.lastFailure != nil else { return nil }
        let counters = counters
        let outcome = await alone { connection -> DatabaseProblem? in
            do throws(SQLiteFailure) {
                // The number is nobody's; setting it writes a page and syncs it.
                _ = try connection.get().run("pragma user_version = 0")
                counters.lastFailure = nil
                return nil
            } catch {
                counters.lastFailure = error
                return DatabaseProblem(trouble: error.trouble, reason: error.message)
            }
        }
        switch outcome {
        case .success(let problem): return problem
        case .failure(let error): return DatabaseProblem(trouble: .away, reason: "\(error)")
        }
    }

    public func statistics() async -> SQLStatistics { counters.statistics }

    public func close() async {
        // The writer last: who closes a file last moves its log into it.
        readers.close()
        for thread in readerThreads { await thread.ended() }
        writer?.close()
        await writerThread?.ended()
    }

    /// Does `work` on the writer's thread between transactions.
    func alone<Value: Sendable>(
        _ work: @escaping (Result<SQLiteConnection, SQLiteFailure>) -> Value
    ) async -> Result<Value, SQLError> {
        guard let writer else { return .failure(Self.onlyReads) }
        return unsafe await withUnsafeContinuation { continuation in
            let refusal = writer.submit {
                unsafe continuation.resume(returning: .success(work($0)))
            }
            if let refusal { unsafe continuation.resume(returning: .failure(refusal)) }
        }
    }

    private struct Readers {
        let answers: SQLiteReader
        let lists: SQLiteReader

        func of(_ kind: ReadClass) -> SQLiteReader {
            switch kind {
            case .answer: answers
            case .list: lists
            }
        }

        func close() {
            answers.close()
            lists.close()
        }
    }

    private static let onlyReads = SQLError.broken("the ledger was opened to read only")
}
