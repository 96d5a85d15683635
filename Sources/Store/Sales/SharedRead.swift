import EventLoop

/// One read for all who ask at once, and never one that began before somebody asked: everybody sees
/// what was true when they asked, and a loop has one such read under way at a time.
actor SharedRead<Value: Sendable> {
    private nonisolated let loop: EventLoop
    private let read: @Sendable () async throws(StoreError) -> Value
    private var running: LoopTask<Value>?
    /// Begins when `running` has ended; whoever asks meanwhile joins it.
    private var next: LoopTask<Value>?

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    init(on loop: EventLoop, read: @escaping @Sendable () async throws(StoreError) -> Value) {
        self.loop = loop
        self.read = read
    }

    func value() async throws(StoreError) -> Value {
        try await (next ?? begin()).value()
    }

    private func begin() -> LoopTask<Value> {
        let before = running
        let reading = LoopTask(on: loop) { () async throws(StoreError) in
            try await self.read(after: before)
        }
        if before == nil { running = reading } else { next = reading }
        return reading
    }

    private func read(after before: LoopTask<Value>?) async throws(StoreError) -> Value {
        if let before {
            await before.end()
            running = next
            next = nil
        }
        defer { running = nil }
        return try await read()
    }
}
