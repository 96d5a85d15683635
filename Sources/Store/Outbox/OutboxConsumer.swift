/// Who is given every event in the order of the numbers, from where it stopped.
public struct OutboxConsumer: Sendable {
    /// The row of `cursors`.
    public let name: String
    /// Takes events, each above the ones before. It is given them again after a failure, after a
    /// death before the cursor was advanced, and by every process: to repeat must change nothing.
    let apply: @Sendable ([OutboxEvent]) async throws(StoreError) -> Void

    public init(
        _ name: String,
        apply: @escaping @Sendable ([OutboxEvent]) async throws(StoreError) -> Void
    ) {
        self.name = name
        self.apply = apply
    }
}
