import EventLoop
import Store

/// A read that many ask for in one turn of the loop is done once for all of them, at its end: each
/// is given what was read after they asked, and nothing is kept for later.
actor TurnReads<Key: Hashable & Sendable, Value: Sendable> {
    nonisolated let loop: EventLoop
    private let read: @Sendable (Key) async throws(StoreError) -> Value
    private var readers: [Key: [Reader]] = [:]
    /// Turns of the loop are listened to.
    private var hasTurns = false

    @safe private struct Reader: Sendable {
        let continuation: UnsafeContinuation<Result<Value, StoreError>, Never>
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    init(
        on loop: EventLoop,
        read: @escaping @Sendable (Key) async throws(StoreError) -> Value
    ) {
        self.loop = loop
        self.read = read
    }

    /// For callers on the loop.
    nonisolated func value(_ key: Key) async throws(StoreError) -> Value {
        try await unsafe withUnsafeContinuation { continuation in
            let reader = unsafe Reader(continuation: continuation)
            assumeIsolated { $0.add(reader, key) }
        }.get()
    }

    private func add(_ reader: Reader, _ key: Key) {
        readers[key, default: []].append(reader)
        guard !hasTurns else { return }
        hasTurns = true
        // The loop may outlive this.
        loop.onTurnEnd { [weak self] in
            self?.assumeIsolated { $0.flush() } ?? false
        }
    }

    private func flush() -> Bool {
        guard !readers.isEmpty else { return false }
        let asked = readers
        readers.removeAll(keepingCapacity: true)
        for (key, readers) in asked {
            Task.immediate(executorPreference: loop) { [read] in
                let result: Result<Value, StoreError>
                do throws(StoreError) {
                    result = .success(try await read(key))
                } catch {
                    result = .failure(error)
                }
                for reader in readers { unsafe reader.continuation.resume(returning: result) }
            }
        }
        return true
    }
}
