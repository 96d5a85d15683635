public import EventLoop

extension OnLoop {
    /// Runs `body` on the loop, for callers from elsewhere.
    public nonisolated func onLoop<Value: Sendable>(
        _ body: @escaping @Sendable () async throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        try await LoopTask(on: loop, body).value()
    }
}
