public import EventLoop

/// A read that many ask for in one turn of the loop is done once for all of them, at its end: each
/// is given what was read after they asked, and nothing is kept for later.
public typealias TurnReads<Key: Hashable & Sendable, Value: Sendable> = Gather<Key, Void, Value>

extension Gather where Question == Void {
    public init(
        on loop: EventLoop,
        read: @escaping @Sendable (Subject) async throws(StoreError) -> Answer
    ) {
        self.init(on: loop) { key, asked async throws(StoreError) in
            Array(repeating: try await read(key), count: asked.count)
        }
    }

    /// For callers on the loop.
    public nonisolated func value(_ key: Subject) async throws(StoreError) -> Answer {
        guard let value = try await ask((), about: key) else {
            throw .broken("a read that answers nothing")
        }
        return value
    }
}
