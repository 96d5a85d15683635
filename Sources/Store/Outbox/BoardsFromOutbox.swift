public import Onsale

extension OutboxConsumer {
    /// Brings every change of a score to the boards. `scores` finds them among events of all kinds.
    ///
    /// Numbers have no gaps, so a batch is all that there is from its first event to its last.
    public static func boards(
        _ boards: BoardStore,
        scores: @escaping @Sendable ([OutboxEvent]) throws(StoreError) -> [ScoreEvent]
    ) -> OutboxConsumer {
        OutboxConsumer("boards") { events throws(StoreError) in
            guard let first = events.first, let last = events.last else { return }
            try await boards.apply(
                try scores(events),
                after: first.number - 1,
                through: last.number
            )
        }
    }
}
