import EventLoop

/// The thread that writes: what waits for it shares a transaction.
///
/// A transaction goes **at once**: one entry after the other. When a statement is refused, all is
/// undone and the same entries go **guarded**, each behind a savepoint, so that only a bad one is
/// undone. A savepoint copies each page that its entry touches, so good entries go without.
///
/// `@unchecked Sendable`: the connection is touched by the writer's thread only, after `init`.
@safe final class SQLiteWriter: @unchecked Sendable {
    typealias Outcome = Result<[SQLResult], SQLError>

    @safe struct Entry {
        let statements: [SQL]
        let arrivedNs: UInt64
        private let continuation: UnsafeContinuation<Outcome, Never>

        init(
            _ statements: [SQL],
            arrivedNs: UInt64,
            _ continuation: UnsafeContinuation<Outcome, Never>
        ) {
            self.statements = statements
            self.arrivedNs = arrivedNs
            unsafe self.continuation = continuation
        }

        func answer(_ outcome: Outcome) { unsafe continuation.resume(returning: outcome) }
    }

    enum Job {
        case entry(Entry)
        /// Work with a connection of its own transactions, or with the reason why there is none.
        case alone((Result<SQLiteConnection, SQLiteFailure>) -> Void)
    }

    private let file: SQLiteFile
    private let configuration: SQLiteConfiguration
    private let counters: SQLiteCounters
    private let queue: WaitQueue<Job>
    /// Nil after a failure that may have confused it; the next transaction opens another.
    private var connection: SQLiteConnection?
    /// The last transaction had a bad entry: the next may have one, too, and saves the attempt.
    private var expectsRefusals = false

    init(
        _ file: SQLiteFile,
        _ configuration: SQLiteConfiguration,
        _ counters: SQLiteCounters
    ) throws(SQLiteFailure) {
        self.file = file
        self.configuration = configuration
        self.counters = counters
        queue = WaitQueue(limit: configuration.entriesPendingMax)
        connection = try file.writer()
    }

    func submit(_ statements: [SQL], _ continuation: UnsafeContinuation<Outcome, Never>) {
        let nowNs = configuration.clock.monotonicNs()
        let entry = unsafe Entry(statements, arrivedNs: nowNs, continuation)
        // Counted when it stands in the queue: who sees the number may count on it.
        let refusal = queue.append(.entry(entry))
        counters.add { $0.pending += 1 }
        guard let refusal else { return }
        finish([(entry, .failure(refusal.error(limit: configuration.entriesPendingMax)))])
    }

    /// Does `work` between transactions; answers why it will not.
    func submit(
        _ work: @escaping (Result<SQLiteConnection, SQLiteFailure>) -> Void
    ) -> SQLError? {
        queue.append(.alone(work))?.error(limit: configuration.entriesPendingMax)
    }

    func close() { queue.close() }

    /// The thread's body: returns when the queue is closed and everybody has an answer.
    func run() {
        while queue.waitForWork() {
            guard let job = queue.takeFirst() else { continue }
            switch job {
            case .entry(let entry): commitGroup(from: entry)
            case .alone(let work): work(usable())
            }
        }
        connection = nil
    }

    // MARK: Group commit

    /// Answers are given when COMMIT has returned, and not before.
    private func commitGroup(from first: Entry) {
        var group: [(Entry, Outcome)] = []
        do throws(SQLiteFailure) {
            let connection = try usable().get()
            try commit(&group, from: first, on: connection)
            counters.lastFailure = nil
            counters.add { $0.commits += 1 }
        } catch {
            if group.isEmpty { group.append((first, .success([]))) }
            let failed = Outcome.failure(error.transactionError)
            group = group.map { ($0.0, failed) }
            recover(from: error)
        }
        finish(group)
    }

    private func commit(
        _ group: inout [(Entry, Outcome)],
        from first: Entry,
        on connection: SQLiteConnection
    ) throws(SQLiteFailure) {
        // All of these, however long they take; then newcomers, while the transaction is young.
        let waiting = queue.count
        _ = try connection.run("begin immediate")
        configuration.probe?(.began)
        let openUntilNs =
            configuration.clock.monotonicNs() + UInt64(GroupCommit.openMaxMs) * 1_000_000
        var isGuarded = expectsRefusals
        expectsRefusals = false
        var next: Entry? = first
        while let entry = next {
            // In the group before it is tried: who fails the transaction is answered with it.
            group.append((entry, .success([])))
            if isGuarded {
                group[group.count - 1].1 = try performGuarded(entry, on: connection)
            } else if let results = try performAtOnce(entry, on: connection) {
                group[group.count - 1].1 = .success(results)
            } else {
                isGuarded = true
                try repeatGuarded(&group, on: connection)
            }
            configuration.probe?(.entryDone)
            next = nil
            if group.count < GroupCommit.entriesMax,
                group.count <= waiting || configuration.clock.monotonicNs() < openUntilNs
            {
                next = waitingEntry()
            }
        }
        configuration.probe?(.beforeCommit)
        _ = try connection.run("commit")
        configuration.probe?(.afterCommit)
    }

    private func waitingEntry() -> Entry? {
        let job = queue.takeFirst {
            if case .entry = $0 { true } else { false }
        }
        guard case .entry(let entry) = job else { return nil }
        return entry
    }

    /// Does an entry; nil when a statement was refused, and the transaction must begin again.
    private func performAtOnce(
        _ entry: Entry,
        on connection: SQLiteConnection
    ) throws(SQLiteFailure) -> [SQLResult]? {
        var results: [SQLResult] = []
        results.reserveCapacity(entry.statements.count)
        for statement in entry.statements {
            do throws(SQLiteFailure) {
                results.append(try connection.run(statement))
            } catch {
                guard error.isOfTheStatement, connection.isInTransaction else { throw error }
                return nil
            }
        }
        return results
    }

    private func repeatGuarded(
        _ group: inout [(Entry, Outcome)],
        on connection: SQLiteConnection
    ) throws(SQLiteFailure) {
        _ = try connection.run("rollback")
        _ = try connection.run("begin immediate")
        for place in group.indices {
            group[place].1 = try performGuarded(group[place].0, on: connection)
        }
    }

    /// Does an entry or undoes it. Throws what ends the whole transaction.
    private func performGuarded(
        _ entry: Entry,
        on connection: SQLiteConnection
    ) throws(SQLiteFailure) -> Outcome {
        _ = try connection.run("savepoint entry")
        var results: [SQLResult] = []
        results.reserveCapacity(entry.statements.count)
        for (index, statement) in entry.statements.enumerated() {
            do throws(SQLiteFailure) {
                results.append(try connection.run(statement))
            } catch {
                guard error.isOfTheStatement, connection.isInTransaction else { throw error }
                _ = try connection.run("rollback to entry")
                _ = try connection.run("release entry")
                expectsRefusals = true
                return .failure(error.error(at: index))
            }
        }
        _ = try connection.run("release entry")
        return .success(results)
    }

    // MARK: After a transaction

    private func finish(_ group: [(Entry, Outcome)]) {
        let nowNs = configuration.clock.monotonicNs()
        counters.add { counts in
            for (entry, outcome) in group {
                switch outcome {
                case .success: counts.entries += 1
                case .failure(.violated): counts.refused += 1
                case .failure: counts.failures += 1
                }
                counts.entrySecondsTotal += Double(nowNs - min(nowNs, entry.arrivedNs)) / 1e9
            }
            counts.pending -= group.count
        }
        for (entry, outcome) in group { entry.answer(outcome) }
    }

    /// The connection, or a new one if the last was given up.
    private func usable() -> Result<SQLiteConnection, SQLiteFailure> {
        if let connection { return .success(connection) }
        do throws(SQLiteFailure) {
            let opened = try file.writer()
            connection = opened
            counters.add { $0.reconnects += 1 }
            return .success(opened)
        } catch {
            return .failure(error)
        }
    }

    /// Leaves no transaction behind; a connection that cannot do that is given up.
    private func recover(from failure: SQLiteFailure) {
        counters.lastFailure = failure
        guard let connection else { return }
        if connection.isInTransaction {
            // Its failure shows in the state, which is looked at next.
            _ = try? connection.run("rollback")
        }
        if failure.isOfTheConnection || connection.isInTransaction { self.connection = nil }
    }
}

extension WaitQueue.Refusal {
    func error(limit: Int) -> SQLError {
        switch self {
        case .full: .busy("\(limit) wait for the ledger already")
        case .closed: .unavailable("the ledger is closed")
        }
    }
}
