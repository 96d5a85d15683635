public import EventLoop

/// A task on a loop that answers as the store does. Many may wait for it.
public struct LoopTask<Value: Sendable>: Sendable {
    private let task: Task<Result<Value, StoreError>, Never>

    public init(
        on loop: EventLoop,
        _ work: @escaping @Sendable () async throws(StoreError) -> Value
    ) {
        task = Task(executorPreference: loop) { await Result.caught(work) }
    }

    public func value() async throws(StoreError) -> Value { try await task.value.get() }

    /// Waits for its end, whatever that is.
    public func end() async { _ = await task.value }
}

extension Result where Failure == StoreError {
    /// What `body` answers or throws, for who hands it on.
    static func caught(_ body: () async throws(StoreError) -> Success) async -> Self {
        do throws(StoreError) {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }
}

/// Work of which there is at most one under way for each key: whoever asks meanwhile waits for the
/// same. It lives on the loop of who owns it, so that to ask is no hop.
public actor SharedWork<Key: Hashable & Sendable, Value: Sendable>: OnLoop {
    public typealias Work = @Sendable () async throws(StoreError) -> Value

    public nonisolated let loop: EventLoop
    private var tasks: [Key: LoopTask<Value>] = [:]

    public init(on loop: EventLoop) { self.loop = loop }

    /// The answer of what is under way, else of `work`.
    public func value(_ key: Key, _ work: @escaping Work) async throws(StoreError) -> Value {
        try await begin(key, work).value()
    }

    /// As `value`, without waiting for it.
    @discardableResult
    public func begin(_ key: Key, _ work: @escaping Work) -> LoopTask<Value> {
        if let running = tasks[key] { return running }
        let task = LoopTask(on: loop) { () async throws(StoreError) in
            try await self.run(key, work)
        }
        tasks[key] = task
        return task
    }

    public func running(_ key: Key) -> LoopTask<Value>? { tasks[key] }

    private func run(_ key: Key, _ work: Work) async throws(StoreError) -> Value {
        // Here and not by who waits: they may run in any order, and who asks after the end must
        // not be given what is over.
        defer { tasks[key] = nil }
        return try await work()
    }
}
