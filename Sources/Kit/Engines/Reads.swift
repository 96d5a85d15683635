public import EventLoop

/// What a loop has read and keeps for a while: read by one caller for all who wait, and only so
/// much of it; what was used the longest ago goes first.
public actor Reads<Key: Hashable & Sendable, Value: Sendable>: OnLoop, @preconcurrency CalledHere {
    public struct Limits: Sendable {
        /// Keys; beyond it the eighth goes that was used the longest ago. 0: nothing is kept.
        var keysMax: Int
        /// All values together, as `size` measures them.
        var sizeMax: Int
        /// Reads that are under way at once; one more is refused.
        var readsMax: Int
        /// Whoever asks so long after a read began waits for the next one; nil: they share it.
        var joinedForMs: UInt64?

        public init(
            keysMax: Int = 256,
            sizeMax: Int = .max,
            readsMax: Int = 64,
            joinedForMs: UInt64? = nil
        ) {
            self.keysMax = keysMax
            self.sizeMax = sizeMax
            self.readsMax = readsMax
            self.joinedForMs = joinedForMs
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

    public nonisolated let loop: EventLoop
    private let limits: Limits
    private let freshMs: @Sendable (Value) -> UInt64?
    private let size: @Sendable (Value) -> Int
    private let outlives: @Sendable (Value) -> Bool
    private let read: @Sendable (Key, Value?) async throws(StoreError) -> Value
    private var kept: [Key: Kept] = [:]
    private var keptSize = 0
    private var uses: UInt64 = 0
    private var readings: [Key: Reading] = [:]
    private var begun = 0

    private struct Reading {
        let number: Int
        let task: LoopTask<Value>
        /// What it reads is as old as this.
        let beganNs: UInt64
    }

    var keptCount: Int { kept.count }

    /// `freshMs` is for how long a value may be handed out, from the beginning of its read; nil: it
    /// never changes. One that `outlives` a failure will do while it cannot be read anew. `read` is
    /// given what is kept and too old.
    public init(
        on loop: EventLoop,
        _ limits: Limits,
        freshMs: @escaping @Sendable (Value) -> UInt64?,
        size: @escaping @Sendable (Value) -> Int = { _ in 1 },
        outlives: @escaping @Sendable (Value) -> Bool = { _ in false },
        read: @escaping @Sendable (Key, Value?) async throws(StoreError) -> Value
    ) {
        self.loop = loop
        self.limits = limits
        self.freshMs = freshMs
        self.size = size
        self.outlives = outlives
        self.read = read
    }

    public func value(_ key: Key) async throws(StoreError) -> Value {
        let askedNs = loop.clock.monotonicNs()
        if let value = fresh(key, atNs: askedNs) { return value }
        let old = kept[key]?.value
        if let reading = readings[key], let joinedForMs = limits.joinedForMs,
            askedNs >= reading.beganNs + joinedForMs * 1_000_000
        {
            await reading.task.end()
            // Whatever began meanwhile did so after the caller asked.
            if let value = fresh(key, atNs: askedNs) { return value }
        }
        guard let reading = readings[key] ?? begin(key) else {
            throw .busy("As many documents of this kind are being read as the server can.")
        }
        do throws(StoreError) {
            return try await reading.task.value()
        } catch {
            if let old, outlives(old) { return old }
            throw error
        }
    }

    /// It has changed: whoever asks from now on is given what is read from now on.
    public func forget(_ key: Key) {
        drop(key)
        readings[key] = nil
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
        begun += 1
        let number = begun
        let task = LoopTask(on: loop) { () async throws(StoreError) in
            try await self.readNow(key, old, number, beganNs)
        }
        let reading = Reading(number: number, task: task, beganNs: beganNs)
        readings[key] = reading
        return reading
    }

    private func readNow(_ key: Key, _ old: Value?, _ number: Int, _ beganNs: UInt64)
        async throws(StoreError) -> Value
    {
        defer { if isRunning(number, key) { readings[key] = nil } }
        let value = try await read(key, old)
        if isRunning(number, key) { keep(value, as: key, beganNs) }
        return value
    }

    /// False: the key was forgotten meanwhile.
    private func isRunning(_ number: Int, _ key: Key) -> Bool { readings[key]?.number == number }

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
        makeRoom()
    }

    private func makeRoom() {
        if kept.count > limits.keysMax {
            // Many at once: to find the oldest takes a look at all.
            let last = kept.values.map(\.usedAt).sorted()[limits.keysMax / 8]
            for (key, kept) in kept where kept.usedAt <= last { drop(key) }
        }
        while keptSize > limits.sizeMax, kept.count > 1 {
            guard let oldest = kept.min(by: { $0.value.usedAt < $1.value.usedAt }) else { return }
            drop(oldest.key)
        }
    }

    /// What is being read stays good.
    func drop(_ key: Key) {
        guard let gone = kept.removeValue(forKey: key) else { return }
        keptSize -= gone.size
    }
}

extension Reads {
    /// Keeps nothing: everybody is given what was read after they asked, and a loop has one read of
    /// a key under way.
    public init(
        askedOf loop: EventLoop,
        read: @escaping @Sendable (Key) async throws(StoreError) -> Value
    ) {
        self.init(
            on: loop,
            .init(keysMax: 0, readsMax: .max, joinedForMs: 0),
            freshMs: { _ in 0 },
            read: { key, _ throws(StoreError) in try await read(key) }
        )
    }
}
