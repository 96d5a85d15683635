public import EventLoop

/// What a loop has read and keeps for a while: read by one caller for all who wait, and only so
/// much of it; what was used the longest ago goes first.
public actor KeptReads<Key: Hashable & Sendable, Value: Sendable>: @preconcurrency CalledHere {
    public struct Limits: Sendable {
        /// Keys; the one that goes is looked for among all of them.
        public var keysMax: Int
        /// All values together, as `size` measures them.
        public var sizeMax: Int
        /// Reads that are under way at once; one more is refused.
        public var readsMax: Int
        /// Whoever asks so long after a read began waits for the next one; nil: they share it.
        public var joinedForMs: UInt64?
        /// While it cannot be read anew, what was read before will do.
        public var outlivesFailure: Bool

        public init(
            keysMax: Int = 256,
            sizeMax: Int,
            readsMax: Int = 64,
            joinedForMs: UInt64? = nil,
            outlivesFailure: Bool = false
        ) {
            self.keysMax = keysMax
            self.sizeMax = sizeMax
            self.readsMax = readsMax
            self.joinedForMs = joinedForMs
            self.outlivesFailure = outlivesFailure
        }
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
    private var readings: [Key: Reading] = [:]

    private struct Reading {
        let task: LoopTask<Value>
        /// What it reads is as old as this.
        let beganNs: UInt64
    }

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    /// `freshMs` is for how long a value may be handed out; nil: it never changes. `read` is given
    /// what is kept and too old.
    public init(
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

    public func value(_ key: Key) async throws(StoreError) -> Value {
        let askedNs = loop.clock.monotonicNs()
        let old = kept[key]?.value
        while true {
            if let value = fresh(key, atNs: askedNs) { return value }
            guard let reading = readings[key] ?? begin(key) else {
                throw .busy("As many documents of this kind are being read as the server can.")
            }
            if let joinedForMs = limits.joinedForMs,
                askedNs >= reading.beganNs + joinedForMs * 1_000_000
            {
                await reading.task.end()
                continue
            }
            do throws(StoreError) {
                return try await reading.task.value()
            } catch {
                if limits.outlivesFailure, let old { return old }
                throw error
            }
        }
    }

    /// What `value` would answer, if nobody has to read for that. For callers on the loop.
    public nonisolated func keptValue(_ key: Key) -> Value? {
        here { $0.fresh(key, atNs: $0.loop.clock.monotonicNs()) }
    }

    private func fresh(_ key: Key, atNs nowNs: UInt64) -> Value? {
        guard let kept = kept[key], nowNs < kept.staleAtNs else { return nil }
        uses += 1
        kept.usedAt = uses
        return kept.value
    }

    private func begin(_ key: Key) -> Reading? {
        guard readings.count < limits.readsMax else { return nil }
        let beganNs = loop.clock.monotonicNs()
        let old = kept[key]?.value
        let task = LoopTask(on: loop) { () async throws(StoreError) in
            try await self.readNow(key, old, beganNs)
        }
        let reading = Reading(task: task, beganNs: beganNs)
        readings[key] = reading
        return reading
    }

    private func readNow(_ key: Key, _ old: Value?, _ beganNs: UInt64)
        async throws(StoreError) -> Value
    {
        defer { readings[key] = nil }
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
