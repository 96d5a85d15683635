import EventLoop

/// What a loop remembers of performances, products or coupons: at most a second old, read from the
/// ledger by one caller for all who wait.
public actor Directory<Key: Hashable & Sendable, Value: Sendable> {
    private nonisolated let loop: EventLoop
    private let load: @Sendable (Key) async throws(StoreError) -> Value?
    private var known: [Key: (value: Value?, atNs: UInt64)] = [:]
    private let readings: SharedWork<Key, Value?>

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    /// `load` answers nil for what does not exist.
    init(on loop: EventLoop, load: @escaping @Sendable (Key) async throws(StoreError) -> Value?) {
        self.load = load
        self.loop = loop
        readings = SharedWork(on: loop)
    }

    /// Nil: there is no such thing. While the ledger is away, what was last known.
    func value(_ key: Key) async throws(StoreError) -> Value? {
        let old = known[key]
        if let old, loop.clock.monotonicNs() - old.atNs < DirectoryLimits.ageMaxNs {
            return old.value
        }
        do throws(StoreError) {
            return try await readings.value(key) { () async throws(StoreError) in
                try await self.read(key)
            }
        } catch {
            if let value = old?.value { return value }
            throw error
        }
    }

    /// As `value`, but what nobody knew a moment ago is looked for again: what is new is there at
    /// once.
    func found(_ key: Key) async throws(StoreError) -> Value? {
        if let value = try await value(key) { return value }
        forget(key)
        return try await value(key)
    }

    func forget(_ key: Key) { known[key] = nil }

    private func read(_ key: Key) async throws(StoreError) -> Value? {
        let value = try await load(key)
        if known.count >= DirectoryLimits.knownMax { known.removeAll(keepingCapacity: true) }
        known[key] = (value, loop.clock.monotonicNs())
        return value
    }
}

private enum DirectoryLimits {
    /// A change is known everywhere after this.
    static let ageMaxNs: UInt64 = 1_000_000_000
    /// Names remembered, known or not: 4,096 x ~300 B is over 1 MB; then all over again.
    static let knownMax = 4_096
}
