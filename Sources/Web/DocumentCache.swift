import EventLoop
import Store

/// Lists that many ask for, kept by one loop for a moment: each is read once for all who ask, and
/// each length of it is written once.
///
/// Nobody is shown what is older than its age allows: a list counts as old as the read of it was
/// when it began, and whoever comes later than that waits for the next read.
actor DocumentCache<Key: Hashable & Sendable, Value: Sendable> {
    nonisolated let loop: EventLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    typealias Read = @Sendable (Key) async throws(StoreError) -> Value
    typealias Write = @Sendable (_ value: Value, _ limit: Int) -> [UInt8]
    private typealias Reading = Task<Result<Numbered, StoreError>, Never>
    private let read: Read
    private let write: Write
    private let ageMaxMs: @Sendable (Value) -> UInt64
    private var kept: [Key: Kept] = [:]
    private var readings: [Key: (reading: Reading, beganNs: UInt64)] = [:]
    private var reads = 0

    /// What was read, and by which read.
    private struct Numbered: Sendable {
        let value: Value
        let number: Int
    }

    private struct Kept {
        let list: Numbered
        let untilNs: UInt64
        /// By the number of entries asked for.
        var documents: [Int: Document] = [:]
    }

    /// `write` writes the first `limit` entries of a value. `ageMaxMs` says how long one is shown,
    /// where that is longer than usual: it was dear to read.
    init(
        on loop: EventLoop,
        ageMaxMs: @escaping @Sendable (Value) -> UInt64 = { _ in DocumentLimits.ageMaxMs },
        read: @escaping Read,
        write: @escaping Write
    ) {
        self.loop = loop
        self.ageMaxMs = ageMaxMs
        self.read = read
        self.write = write
    }

    /// The first `limit` entries as they are sent. For callers on the loop.
    nonisolated func document(_ key: Key, limit: Int) async throws(StoreError) -> Document {
        if let document = here({ $0.current(key, limit) }) { return document }
        let list = try await list(key)
        return here { $0.written(key, list, limit) }
    }

    /// The list itself. For callers on the loop.
    nonisolated func value(_ key: Key) async throws(StoreError) -> Value {
        try await list(key).value
    }

    private nonisolated func list(_ key: Key) async throws(StoreError) -> Numbered {
        let askedNs = loop.clock.monotonicNs()
        while true {
            switch here({ $0.find(key, askedNs) }) {
            case .kept(let list): return list
            case .reading(let reading): return try await reading.value.get()
            case .oldReading(let reading): _ = await reading.value
            }
        }
    }

    /// Runs `body` as the actor, which a caller on the loop already is in fact.
    private nonisolated func here<Result: Sendable>(_ body: (isolated DocumentCache) -> Result)
        -> Result
    {
        assumeIsolated(body)
    }

    private enum Found: Sendable {
        case kept(Numbered)
        case reading(Reading)
        /// Began too long before the question: a later one answers it.
        case oldReading(Reading)
    }

    private func find(_ key: Key, _ askedNs: UInt64) -> Found {
        if let kept = kept[key], askedNs < kept.untilNs { return .kept(kept.list) }
        if let (reading, beganNs) = readings[key] {
            let isOld = askedNs >= beganNs + DocumentLimits.ageMaxMs * 1_000_000
            return isOld ? .oldReading(reading) : .reading(reading)
        }
        let beganNs = loop.clock.monotonicNs()
        reads += 1
        let number = reads
        let reading = Reading(executorPreference: loop) { await self.take(key, number, beganNs) }
        readings[key] = (reading, beganNs)
        return .reading(reading)
    }

    private func take(_ key: Key, _ number: Int, _ beganNs: UInt64) async
        -> Result<Numbered, StoreError>
    {
        defer { readings[key] = nil }
        do throws(StoreError) {
            let list = Numbered(value: try await read(key), number: number)
            makeRoom(for: key)
            let untilNs = beganNs + ageMaxMs(list.value) * 1_000_000
            kept[key] = Kept(list: list, untilNs: untilNs)
            return .success(list)
        } catch {
            return .failure(error)
        }
    }

    private func makeRoom(for key: Key) {
        guard kept.count >= DocumentLimits.keysMax, kept[key] == nil else { return }
        let nowNs = loop.clock.monotonicNs()
        kept = kept.filter { nowNs < $0.value.untilNs }
        if kept.count >= DocumentLimits.keysMax { kept.removeAll(keepingCapacity: true) }
    }

    /// Nil: what is kept is too old.
    private func current(_ key: Key, _ limit: Int) -> Document? {
        guard let kept = kept[key], loop.clock.monotonicNs() < kept.untilNs else { return nil }
        return kept.documents[limit] ?? written(key, kept.list, limit)
    }

    /// Written once for all who waited for the same read, however long it took.
    private func written(_ key: Key, _ list: Numbered, _ limit: Int) -> Document {
        guard let kept = kept[key], kept.list.number == list.number else {
            return Document(write(list.value, limit))
        }
        if let document = kept.documents[limit] { return document }
        let document = Document(write(list.value, limit))
        if kept.documents.count >= DocumentLimits.lengthsMax { self.kept[key]?.documents = [:] }
        self.kept[key]?.documents[limit] = document
        return document
    }
}

enum DocumentLimits {
    /// How old a list may be when it is sent.
    static let ageMaxMs: UInt64 = 100
    /// Of one that the ledger has added up: that reads everything that was sold in its days.
    static let ageOfSumsMaxMs: UInt64 = 1_000
    /// Lists kept by one loop; then the old ones go.
    static let keysMax = 64
    /// Lengths kept of each: with 100 entries of 200 B, 64 x 8 x 20 KB is 10 MB.
    static let lengthsMax = 8
}
