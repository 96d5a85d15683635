import EventLoop

/// A thread that reads, beside the writer: in the write-ahead log neither waits for the other.
/// There is one for each `ReadClass`.
///
/// `@unchecked Sendable`: the connection is touched by the reader's thread only, after `init`.
@safe final class SQLiteReader: @unchecked Sendable {
    typealias Outcome = WaitingRead.Outcome

    private let file: SQLiteFile
    private let counters: SQLiteCounters
    private let queue: WaitQueue<WaitingRead>
    private let limit: Int
    private let clock: Clock
    private let kind: ReadClass
    private let probe: (@Sendable (ReadClass) -> Void)?
    /// Nil after a failure that may have confused it; the next read opens another.
    private var connection: SQLiteConnection?

    /// Questions answered from one snapshot. A snapshot that is held keeps the log from being cut.
    static let questionsPerSnapshotMax = 64

    init(
        _ kind: ReadClass,
        _ file: SQLiteFile,
        _ configuration: SQLiteConfiguration,
        _ counters: SQLiteCounters
    ) throws(SQLiteFailure) {
        self.file = file
        self.counters = counters
        limit = configuration.readsPendingMax
        clock = configuration.clock
        self.kind = kind
        probe = configuration.readProbe
        queue = WaitQueue(limit: limit)
        connection = try file.reader()
    }

    func submit(_ question: WaitingRead) {
        counters.add { $0.readsPending += 1 }
        guard let refusal = queue.append(question) else { return }
        counters.add {
            $0.readsPending -= 1
            $0.failures += 1
        }
        question.answer(.failure(refusal.error(limit: limit)))
    }

    func close() { queue.close() }

    /// The thread's body: returns when the queue is closed and everybody has an answer.
    func run() {
        while queue.waitForWork() {
            // Taken before the snapshot begins: each sees what was committed before it asked.
            var questions: [WaitingRead] = []
            while questions.count < Self.questionsPerSnapshotMax, let next = queue.takeFirst() {
                questions.append(next)
            }
            answer(questions)
        }
        connection = nil
    }

    private func answer(_ questions: [WaitingRead]) {
        var unanswered = questions[...]
        do throws(SQLiteFailure) {
            let connection = try usable()
            _ = try connection.run("begin")
            while let question = unanswered.first {
                if let refusal = question.refusal(atNs: clock.monotonicNs()) {
                    counters.add {
                        $0.readsPending -= 1
                        refusal.count(in: &$0)
                    }
                    question.answer(.failure(refusal.error))
                } else {
                    probe?(kind)
                    tell(question, try answer(question, on: connection))
                }
                unanswered.removeFirst()
            }
            _ = try connection.run("commit")
        } catch {
            for question in unanswered { tell(question, .failure(error.transactionError)) }
            if let connection, connection.isInTransaction { _ = try? connection.run("rollback") }
            if error.isOfTheConnection || connection?.isInTransaction == true { connection = nil }
        }
    }

    /// Throws what ends the whole snapshot.
    private func answer(
        _ question: WaitingRead,
        on connection: SQLiteConnection
    ) throws(SQLiteFailure) -> Outcome {
        var results: [SQLResult] = []
        for (index, statement) in question.statements.enumerated() {
            do throws(SQLiteFailure) {
                results.append(try connection.run(statement, onlyReads: true))
            } catch {
                guard error.isOfTheStatement else { throw error }
                return .failure(error.error(at: index))
            }
        }
        return .success(results)
    }

    private func tell(_ question: WaitingRead, _ outcome: Outcome) {
        counters.add {
            $0.readsPending -= 1
            if case .success = outcome { $0.reads += 1 } else { $0.failures += 1 }
        }
        question.answer(outcome)
    }

    private func usable() throws(SQLiteFailure) -> SQLiteConnection {
        if let connection { return connection }
        let opened = try file.reader()
        connection = opened
        counters.add { $0.reconnects += 1 }
        return opened
    }
}
