public import EventLoop

/// A read that many ask for in one turn of the loop is done once for all of them, at its end: each
/// is given what was read after they asked, and nothing is kept for later.
public actor TurnReads<Key: Hashable & Sendable, Value: Sendable>: @preconcurrency CalledHere {
    public nonisolated let loop: EventLoop
    private let read: @Sendable (Key) async throws(StoreError) -> Value
    private var readers = TurnBatch<Key, TurnReader<Value>>()
    /// Turns of the loop are listened to.
    private var hasTurns = false

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    public init(
        on loop: EventLoop,
        read: @escaping @Sendable (Key) async throws(StoreError) -> Value
    ) {
        self.loop = loop
        self.read = read
    }

    /// For callers on the loop.
    public nonisolated func value(_ key: Key) async throws(StoreError) -> Value {
        try await unsafe withUnsafeContinuation { continuation in
            let reader = unsafe TurnReader<Value>(continuation)
            here { $0.add(reader, key) }
        }.get()
    }

    private func add(_ reader: TurnReader<Value>, _ key: Key) {
        readers.append(reader, about: key)
        guard !hasTurns else { return }
        hasTurns = true
        // The loop may outlive this.
        loop.onTurnEnd { [weak self] in
            self?.assumeIsolated { $0.flush() } ?? false
        }
    }

    private func flush() -> Bool {
        let calls = readers.takeCalls(max: .max)
        for (key, readers) in calls {
            Task.immediate(executorPreference: loop) { [read] in
                let answer = await Result.caught { () async throws(StoreError) in
                    try await read(key)
                }
                for reader in readers { reader.resume(answer) }
            }
        }
        return !calls.isEmpty
    }
}
