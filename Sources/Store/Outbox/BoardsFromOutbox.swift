import Onsale

extension OutboxConsumer {
    public static let boardsName = "boards"

    /// Brings every change of a score to the boards.
    ///
    /// Numbers have no gaps, so a batch is all that there is from its first event to its last.
    public static func boards(_ boards: BoardStore) -> OutboxConsumer {
        OutboxConsumer(boardsName) { events throws(StoreError) in
            guard let first = events.first, let last = events.last else { return }
            try await boards.apply(
                try ScoreEvent.all(of: events),
                after: first.number - 1,
                through: last.number
            )
        }
    }
}
