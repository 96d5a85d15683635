import Engines
import Ledger
import Values

extension OutboxConsumer {
    static let boardsName = "boards"

    /// Brings every change of a score to the boards.
    ///
    /// Numbers have no gaps, so a batch is all that there is from its first event to its last.
    static func boards(_ boards: BoardStore) -> OutboxConsumer {
        OutboxConsumer(name: boardsName) { events async throws(StoreError) in
            guard let first = events.first, let last = events.last else { return [:] }
            let scores = try ScoreEvent.all(of: events)
            try await boards.apply(
                scores,
                after: first.number - 1,
                through: last.number,
                atMs: last.atMs
            )
            return Dictionary(
                scores.map { ($0.board.raw, $0.number) },
                uniquingKeysWith: { max($0, $1) }
            )
        }
    }
}
