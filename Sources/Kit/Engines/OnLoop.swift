import EventLoop

/// A store that lives on a loop, and whose hottest calls come from tasks that run on it already.
protocol OnLoop: Actor {
    nonisolated var loop: EventLoop { get }
}

extension OnLoop {
    /// Runs `body` as the actor, which a caller on the loop already is in fact.
    ///
    /// What `assumeIsolated` does, but for how it finds out: that asks the runtime, 350
    /// instructions each, where the loop knows its thread.
    @inline(__always)
    nonisolated func here<Value: Sendable>(_ body: (isolated Self) -> Value) -> Value {
        precondition(loop.isOnLoop, "called off its loop")
        return withoutActuallyEscaping(body) { body in
            unsafe unsafeBitCast(body, to: ((Self) -> Value).self)(self)
        }
    }

    /// Runs `body` on the loop, for callers from elsewhere.
    nonisolated func onLoop<Value: Sendable>(
        _ body: @escaping @Sendable () async throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        try await LoopTask(on: loop, body).value()
    }
}
