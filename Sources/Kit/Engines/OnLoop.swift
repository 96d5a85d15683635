import EventLoop

/// A store that lives on a loop, and whose hottest calls come from tasks that run on it already.
protocol OnLoop: Actor {
    nonisolated var loop: EventLoop { get }
}

extension OnLoop {
    /// Runs `body` on the loop, for callers from elsewhere.
    nonisolated func onLoop<Value: Sendable>(
        _ body: @escaping @Sendable () async throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        try await LoopTask(on: loop, body).value()
    }
}
