import EventLoop

/// One read for all who ask at once, and never one that began before somebody asked: everybody sees
/// what was true when they asked, and a loop has one such read under way at a time.
actor SharedRead<Value: Sendable> {
    private nonisolated let loop: EventLoop
    private let read: @Sendable () async throws(StoreError) -> Value
    private typealias Reading = Task<Result<Value, StoreError>, Never>
    private var running: Reading?
    /// Begins when `running` has ended; whoever asks meanwhile joins it.
    private var next: Reading?

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    init(on loop: EventLoop, read: @escaping @Sendable () async throws(StoreError) -> Value) {
        self.loop = loop
        self.read = read
    }

    func value() async throws(StoreError) -> Value {
        try await (next ?? begin()).value.get()
    }

    private func begin() -> Reading {
        let before = running
        let reading = Task(executorPreference: loop) { await self.finished(after: before) }
        if before == nil { running = reading } else { next = reading }
        return reading
    }

    private func finished(after before: Reading?) async -> Result<Value, StoreError> {
        if let before {
            _ = await before.value
            running = next
            next = nil
        }
        defer { running = nil }
        do throws(StoreError) {
            return .success(try await read())
        } catch {
            return .failure(error)
        }
    }
}
