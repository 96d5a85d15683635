import Engines

/// The outbox as a stream reads it, from a number of its own. One per loop.
package struct OutboxEvents: Sendable {
    private let outbox: Outbox
    /// Tells when there is something newer.
    package let position: OutboxPosition

    /// Events of one answer.
    package static let eventsMax = Outbox.batchMax

    package init(_ outbox: Outbox, position: OutboxPosition) {
        self.outbox = outbox
        self.position = position
    }

    /// Events with a number above `number`, in order and without gaps, at most `limit` and
    /// `eventsMax`. Fewer than that: there are no more now.
    package func events(after number: Int64, limit: Int = eventsMax) async throws(StoreError)
        -> [OutboxEvent]
    {
        try await outbox.events(after: number, limit: limit)
    }
}
