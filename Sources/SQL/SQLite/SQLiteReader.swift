/// The thread that reads, beside the writer: in the write-ahead log neither waits for the other.
///
/// `@unchecked Sendable`: the connection is touched by the reader's thread only, after `init`.
@safe final class SQLiteReader: @unchecked Sendable {
    typealias Outcome = Result<[SQLResult], SQLError>

    @safe private struct Question {
        let statements: [SQL]
        private let continuation: UnsafeContinuation<Outcome, Never>

        init(_ statements: [SQL], _ continuation: UnsafeContinuation<Outcome, Never>) {
            self.statements = statements
            unsafe self.continuation = continuation
        }

        func answer(_ outcome: Outcome) { unsafe continuation.resume(returning: outcome) }
    }

    private let file: SQLiteFile
    private let counters: SQLiteCounters
    private let line: WaitingLine<Question>
    private let limit: Int
    /// Nil after a failure that may have confused it; the next read opens another.
    private var connection: SQLiteConnection?

    /// Questions answered from one snapshot. A snapshot that is held keeps the log from being cut.
    static let questionsPerSnapshotMax = 64

    init(
        _ file: SQLiteFile,
        _ configuration: SQLiteConfiguration,
        _ counters: SQLiteCounters
    ) throws(SQLiteFailure) {
        self.file = file
        self.counters = counters
        limit = configuration.readsPendingMax
        line = WaitingLine(limit: limit)
        connection = try file.reader()
    }

    func submit(_ statements: [SQL], _ continuation: UnsafeContinuation<Outcome, Never>) {
        let question = unsafe Question(statements, continuation)
        guard let refusal = line.append(question) else { return }
        counters.add { $0.failures += 1 }
        question.answer(.failure(refusal.error(limit: limit)))
    }

    func close() { line.close() }

    /// The thread's body: returns when the line is closed and everybody has an answer.
    func run() {
        while line.waitForWork() {
            // Taken before the snapshot begins: each sees what was committed before it asked.
            var questions: [Question] = []
            while questions.count < Self.questionsPerSnapshotMax, let next = line.takeFirst() {
                questions.append(next)
            }
            answer(questions)
        }
        connection = nil
    }

    private func answer(_ questions: [Question]) {
        var unanswered = questions[...]
        do throws(SQLiteFailure) {
            let connection = try usable()
            _ = try connection.run("begin")
            while let question = unanswered.first {
                let outcome = try answer(question, on: connection)
                unanswered.removeFirst()
                tell(question, outcome)
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
        _ question: Question,
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

    private func tell(_ question: Question, _ outcome: Outcome) {
        counters.add {
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
