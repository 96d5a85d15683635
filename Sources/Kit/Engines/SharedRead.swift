import EventLoop

/// One read for all who ask for the same at once, and never one that began before somebody asked:
/// everybody sees what was true when they asked, and a loop has one read of a key under way.
actor SharedRead<Key: Hashable & Sendable, Value: Sendable> {
    private nonisolated let loop: EventLoop
    private let read: @Sendable (Key) async throws(StoreError) -> Value
    private var running: [Key: LoopTask<Value>] = [:]
    /// Begins when `running` has ended; whoever asks meanwhile joins it.
    private var next: [Key: LoopTask<Value>] = [:]

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    init(on loop: EventLoop, read: @escaping @Sendable (Key) async throws(StoreError) -> Value) {
        self.loop = loop
        self.read = read
    }

    func value(_ key: Key) async throws(StoreError) -> Value {
        try await (next[key] ?? begin(key)).value()
    }

    private func begin(_ key: Key) -> LoopTask<Value> {
        let before = running[key]
        let reading = LoopTask(on: loop) { () async throws(StoreError) in
            try await self.read(key, after: before)
        }
        if before == nil { running[key] = reading } else { next[key] = reading }
        return reading
    }

    private func read(_ key: Key, after before: LoopTask<Value>?) async throws(StoreError) -> Value
    {
        if let before {
            await before.end()
            running[key] = next.removeValue(forKey: key)
        }
        defer { running[key] = nil }
        return try await read(key)
    }
}
