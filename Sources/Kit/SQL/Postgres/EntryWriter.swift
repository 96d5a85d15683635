import EventLoop

/// Group commit on one connection: what waits becomes one transaction. On the loop only.
///
/// One group is in flight at a time; who comes meanwhile is in the next. So nobody waits idle, and
/// the busier it is, the more share a commit. If half as many wait as were answered, they leave
/// before the answers are told, and the server works while we do. If fewer, they leave at the end
/// of the loop's turn: those who hear their answers and come again at once join them, or a few and
/// many would take turns for ever.
///
/// A group goes **at once**: all its statements, then a Sync, which is its commit. When the server
/// refuses one of them, all are undone and the same entries go **guarded**: each behind a savepoint
/// and a Sync of its own, so that only a bad one is undone. A refusal is told after the commit: it
/// may be due to an entry before it, which counts only then.
@safe final class EntryWriter {
    typealias Outcome = Result<[SQLResult], SQLError>

    @safe struct Entry {
        let statements: [SQL]
        let arrivedNs: UInt64
        let order: LockOrder
        var attempts = 0
        private let continuation: UnsafeContinuation<Outcome, Never>

        init(_ statements: [SQL], _ ns: UInt64, _ continuation: UnsafeContinuation<Outcome, Never>)
        {
            self.statements = statements
            arrivedNs = ns
            order = LockOrder(statements)
            unsafe self.continuation = continuation
        }

        func resume(_ outcome: Outcome) { unsafe continuation.resume(returning: outcome) }
    }

    private let clock: Clock
    private let retriesMax: Int
    let health: WriteHealth
    var link: PostgresLink?
    private var waiting = Fifo<Entry>()
    private var group: [Entry] = []
    /// What the group does before its entries.
    private var ahead: [SQL] = []
    /// The last group had a bad entry: the next may have one too, and saves the first attempt.
    private var expectsRefusals = false
    /// What became of a guarded group's entries until its commit says whether it counts.
    private var provisional: [Result<[SQLResult], Refusal>] = []
    private(set) var statistics = SQLStatistics()

    private struct Refusal: Error {
        let failure: PostgresFailure
        let statement: Int
    }

    init(clock: Clock, retriesMax: Int) {
        self.clock = clock
        self.retriesMax = retriesMax
        health = WriteHealth(clock: clock)
    }

    var pending: Int { waiting.count + group.count }

    func append(_ statements: [SQL], _ continuation: UnsafeContinuation<Outcome, Never>) {
        unsafe waiting.append(Entry(statements, clock.monotonicNs(), continuation))
    }

    /// Sends the next group if none is in flight. Answers whether it did.
    func begin() -> Bool {
        guard group.isEmpty, !waiting.isEmpty else { return false }
        while group.count < GroupCommit.entriesMax, let entry = waiting.popFirst() {
            group.append(entry)
        }
        // Two groups that touch the same rows, each in its own order, would wait for each other.
        group = group.enumerated().sorted {
            $0.element.order == $1.element.order
                ? $0.offset < $1.offset : $0.element.order < $1.element.order
        }.map(\.element)
        ahead = LockAhead.statements(for: group.map(\.statements))
        if expectsRefusals { sendGuarded() } else { sendAtOnce() }
        return true
    }

    private func beginEarly(after answered: [Entry]) {
        if waiting.count >= max(1, answered.count / 2) { _ = begin() }
    }

    /// Fails those that wait longer than `limitMs` to be sent: nothing of them was done.
    func expire(limitMs: Int) {
        let limitNs = UInt64(limitMs) * 1_000_000
        while let entry = waiting.first, clock.monotonicNs() >= entry.arrivedNs + limitNs {
            _ = waiting.popFirst()
            finish(entry, .failure(.unavailable("not sent within \(limitMs) ms")))
        }
    }

    // MARK: At once

    private func sendAtOnce() {
        let statements = ahead + group.flatMap(\.statements)
        send([.init(statements: statements) { self.answeredAtOnce($0) }])
    }

    private func answeredAtOnce(_ outcome: PostgresLink.Outcome) {
        let replies: [PostgresReply]
        switch outcome {
        case .lost(let reason): return failAll(.unavailable(reason))
        case .answered(let answered): replies = answered
        }
        if let failure = replies.lazy.compactMap(\.failure).first {
            guard failure.isGeneral else { return sendGuarded() }
            health.failed(failure)
            return failGroup(failure.error(statement: 0))
        }
        let results = replies.compactMap(\.result).dropFirst(ahead.count)
        guard results.count == group.reduce(0, { $0 + $1.statements.count }) else {
            return failGroup(.unavailable("fewer answers than statements"))
        }
        statistics.commits += 1
        health.worked()
        let answered = takeGroup()
        beginEarly(after: answered)
        var start = results.startIndex
        for entry in answered {
            let end = start + entry.statements.count
            finish(entry, .success(Array(results[start..<end])))
            start = end
        }
    }

    // MARK: Guarded

    private static let savepoint: SQL = "savepoint entry"
    private static let undo: SQL = "rollback to savepoint entry"
    private static let keep: SQL = "release savepoint entry"

    /// Each entry's batch first undoes what the one before it left behind when it failed: after an
    /// error the server skipped all up to its Sync, its release too. After a good one it undoes
    /// nothing.
    private func sendGuarded() {
        provisional = []
        var batches: [PostgresLink.Batch] = [
            .init(statements: ["begin", Self.savepoint]) { _ in }
        ]
        // If it fails, the entries go without it.
        if !ahead.isEmpty {
            batches.append(.init(statements: ahead + [Self.keep, Self.savepoint]) { _ in })
        }
        for entry in group {
            let statements = [Self.undo] + entry.statements + [Self.keep, Self.savepoint]
            batches.append(
                .init(statements: statements) { outcome in
                    if case .answered(let replies) = outcome { self.note(replies) }
                }
            )
        }
        batches.append(.init(statements: [Self.undo, "commit"]) { self.answeredGuarded($0) })
        send(batches)
    }

    private func note(_ replies: [PostgresReply]) {
        if let place = replies.firstIndex(where: { $0.failure != nil }),
            let failure = replies[place].failure
        {
            return provisional.append(.failure(Refusal(failure: failure, statement: place - 1)))
        }
        provisional.append(.success(replies.dropFirst().dropLast(2).compactMap(\.result)))
    }

    private func answeredGuarded(_ outcome: PostgresLink.Outcome) {
        switch outcome {
        case .lost(let reason): return failAll(.unavailable(reason))
        case .answered(let replies):
            guard case .committed? = replies.last, provisional.count == group.count else {
                let failure = replies.lazy.compactMap(\.failure).first
                // What state the session is in is anybody's guess.
                link?.drop(failure?.text ?? "a group was not committed")
                return failAll(.unavailable(failure?.text ?? "a group was not committed"))
            }
        }
        statistics.commits += 1
        var again: [Entry] = []
        expectsRefusals = false
        for (var entry, result) in zip(takeGroup(), provisional) {
            switch result {
            case .success(let results):
                health.worked()
                finish(entry, .success(results))
            case .failure(let refusal)
            where refusal.failure.isPassing && entry.attempts < retriesMax:
                entry.attempts += 1
                again.append(entry)
            case .failure(let refusal):
                expectsRefusals = true
                health.failed(refusal.failure)
                finish(entry, .failure(refusal.failure.error(statement: refusal.statement)))
            }
        }
        provisional = []
        waiting.prepend(again)
    }

    // MARK: Ends

    private func send(_ batches: [PostgresLink.Batch]) {
        guard let link, link.isUsable else { return failAll(.unavailable("connection lost")) }
        link.send(batches)
    }

    private func takeGroup() -> [Entry] {
        let taken = group
        group = []
        return taken
    }

    private func failGroup(_ error: SQLError) {
        for entry in takeGroup() { finish(entry, .failure(error)) }
    }

    /// The connection is gone: those that wait were not sent, but there is no telling when.
    private func failAll(_ error: SQLError) {
        failGroup(error)
        for entry in waiting.removeAll() { finish(entry, .failure(error)) }
    }

    private func finish(_ entry: Entry, _ outcome: Outcome) {
        let now = clock.monotonicNs()
        statistics.entrySecondsTotal += Double(now - min(now, entry.arrivedNs)) / 1e9
        switch outcome {
        case .success: statistics.entries += 1
        case .failure(.violated): statistics.refused += 1
        case .failure: statistics.failures += 1
        }
        entry.resume(outcome)
    }
}

extension PostgresReply {
    var failure: PostgresFailure? {
        if case .refused(let failure) = self { failure } else { nil }
    }

    var result: SQLResult? {
        if case .result(let result) = self { result } else { nil }
    }
}
