/// Reads on a connection that others read on too, behind each other without waiting.
enum ReadBatch {
    typealias Outcome = Result<[SQLResult], SQLError>

    /// Several statements see one state: they share a transaction with one snapshot. Its end is a
    /// batch of its own, which the server does not skip when one of them fails.
    private static let begin: SQL = "begin isolation level repeatable read read only"
    private static let end: SQL = "commit"

    /// Sends a read; `done` hears what came of it, once.
    static func send(
        _ statements: [SQL],
        on link: PostgresLink,
        done: @escaping (Outcome) -> Void
    ) {
        guard statements.count > 1 else {
            return link.send([
                .init(statements: statements) { done(outcome($0, skipping: 0)) }
            ])
        }
        link.send([
            .init(statements: [begin] + statements) { done(outcome($0, skipping: 1)) },
            .init(statements: [end]) { _ in },
        ])
    }

    static func results(of statements: [SQL], on link: PostgresLink) async -> Outcome {
        unsafe await withUnsafeContinuation {
            (continuation: UnsafeContinuation<Outcome, Never>) in
            send(statements, on: link) { unsafe continuation.resume(returning: $0) }
        }
    }

    private static func outcome(_ outcome: PostgresLink.Outcome, skipping count: Int) -> Outcome {
        switch outcome {
        case .lost(let reason): return .failure(.unavailable(reason))
        case .answered(let replies):
            if let place = replies.firstIndex(where: { $0.failure != nil }),
                let failure = replies[place].failure
            {
                // On a connection that only reads it is no standby's answer, but a wrong statement.
                if failure.code == "25006" { return .failure(.broken(failure.text)) }
                return .failure(failure.error(statement: max(0, place - count)))
            }
            return .success(replies.dropFirst(count).compactMap(\.result))
        }
    }
}
