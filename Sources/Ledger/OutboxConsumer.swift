import Engines

/// Who is given every event in the order of the numbers, from where it stopped.
package struct OutboxConsumer: Sendable {
    /// The row of `cursors`.
    let name: String
    private let take: @Sendable ([OutboxEvent]) async throws(StoreError) -> [String: Int64]

    package init(
        _ name: String,
        apply: @escaping @Sendable ([OutboxEvent]) async throws(StoreError) -> Void
    ) {
        self.init(
            name: name,
            numbered: { events async throws(StoreError) in
                try await apply(events)
                return [:]
            }
        )
    }

    package init(
        name: String,
        numbered apply:
            @escaping @Sendable ([OutboxEvent]) async throws(StoreError) -> [String: Int64]
    ) {
        self.name = name
        take = apply
    }

    /// Takes events, each above the ones before. It is given them again after a failure, after a
    /// death before the cursor was advanced, and by every process: to repeat must change nothing.
    /// Answers the last event of each subject of which Redis keeps such a number.
    @discardableResult
    func apply(_ events: [OutboxEvent]) async throws(StoreError) -> [String: Int64] {
        try await take(events)
    }
}
