import EventLoop

/// What a loop has read and keeps for a while: read by one caller for all who wait, and only so
/// much of it; what was used the longest ago goes first.
actor KeptReads<Key: Hashable & Sendable, Value: Sendable> {
    struct Limits: Sendable {
        /// Keys; the one that goes is looked for among all of them.
        var keysMax = 256
        /// All values together, as `size` measures them.
        var sizeMax: Int
        /// Reads that are under way at once; who needs one more is turned away.
        var readsMax = 64
        /// While it cannot be read anew, what was read before will do.
        var outlivesFailure = false
    }

    private final class Kept {
        var value: Value
        let size: Int
        var staleAtNs: UInt64
        var usedAt: UInt64

        init(_ value: Value, size: Int, staleAtNs: UInt64, usedAt: UInt64) {
            self.value = value
            self.size = size
            self.staleAtNs = staleAtNs
            self.usedAt = usedAt
        }
    }

    private nonisolated let loop: EventLoop
    private let limits: Limits
    private let freshMs: @Sendable (Value) -> UInt64?
    private let size: @Sendable (Value) -> Int
    private let read: @Sendable (Key, Value?) async throws(StoreError) -> Value
    private var kept: [Key: Kept] = [:]
    private var keptSize = 0
    private var uses: UInt64 = 0
    private var readings: [Key: LoopTask<Value>] = [:]

    nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    /// `freshMs` is for how long a value may be handed out; nil: it never changes. `read` is given
    /// what is kept and too old.
    init(
        on loop: EventLoop,
        _ limits: Limits,
        freshMs: @escaping @Sendable (Value) -> UInt64?,
        size: @escaping @Sendable (Value) -> Int,
        read: @escaping @Sendable (Key, Value?) async throws(StoreError) -> Value
    ) {
        self.loop = loop
        self.limits = limits
        self.freshMs = freshMs
        self.size = size
        self.read = read
    }

    func value(_ key: Key) async throws(StoreError) -> Value {
        let old = kept[key]
        if let old, loop.clock.monotonicNs() < old.staleAtNs {
            uses += 1
            old.usedAt = uses
            return old.value
        }
        guard let reading = readings[key] ?? begin(key, old?.value) else {
            throw .unavailable("\(limits.readsMax) reads of a kind are under way")
        }
        do throws(StoreError) {
            return try await reading.value()
        } catch {
            if limits.outlivesFailure, let old { return old.value }
            throw error
        }
    }

    private func begin(_ key: Key, _ old: Value?) -> LoopTask<Value>? {
        guard readings.count < limits.readsMax else { return nil }
        let reading = LoopTask(on: loop) { () async throws(StoreError) in
            try await self.readNow(key, old)
        }
        readings[key] = reading
        return reading
    }

    private func readNow(_ key: Key, _ old: Value?) async throws(StoreError) -> Value {
        defer { readings[key] = nil }
        // It is as old as the beginning of its reading.
        let beganNs = loop.clock.monotonicNs()
        let value = try await read(key, old)
        keep(value, as: key, beganNs)
        return value
    }

    private func keep(_ value: Value, as key: Key, _ beganNs: UInt64) {
        uses += 1
        drop(key)
        kept[key] = Kept(
            value,
            size: size(value),
            staleAtNs: freshMs(value).map { beganNs + $0 * 1_000_000 } ?? .max,
            usedAt: uses
        )
        keptSize += size(value)
        while kept.count > limits.keysMax || keptSize > limits.sizeMax && kept.count > 1 {
            guard let oldest = kept.min(by: { $0.value.usedAt < $1.value.usedAt }) else { return }
            drop(oldest.key)
        }
    }

    private func drop(_ key: Key) {
        guard let gone = kept.removeValue(forKey: key) else { return }
        keptSize -= gone.size
    }
}
