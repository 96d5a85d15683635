import Engines
import EventLoop
import Redis
import Values

/// The ledger's side of a room, beside its ticks: a ledger that is slow or away must not hold a
/// line up.
extension RoomKeeper {
    /// Entries of one write: 500 x ~120 B are 60 kB.
    private static let batchMax = 500
    /// A ledger that failed is left alone for this long.
    static let ledgerRestMs: Int64 = 500
    /// And for this long when visitors waited for its answer: they get the numbers that are left.
    private static let leaseRestMs: Int64 = 10_000
    /// How often rows that matter no more are removed, and how many pages of them at once.
    static let pruneEveryMs: Int64 = 60_000
    private static let prunePagesMax = 100

    /// Whether the ledger has to hear of `room`.
    func hasNews(_ room: RoomID) -> Bool {
        guard let kept = kept[room], let seen = kept.seen, let known = registry.room(room),
            known.generation == seen.generation
        else { return false }
        return !kept.log.pending.isEmpty || kept.log.readUpTo?.generation != seen.generation
            || kept.recorded != Kept.Recorded(known) || needsLease(room, seen)
            || shouldRetire(room, seen)
    }

    /// A room that nobody uses needs no sequences: whoever enters it next leases them first
    /// (`lease(of:at:above:)`).
    private func needsLease(_ room: RoomID, _ seen: Kept.Seen) -> Bool {
        guard seen.waiting > 0 || isAwake(room) else { return false }
        let held = max(seen.lease, kept[room]?.lease ?? 0)
        return SequenceLease.isLow(held, seen.nowMs, seen.sequence)
    }

    private func shouldRetire(_ room: RoomID, _ seen: Kept.Seen) -> Bool {
        retainMs > 0 && seen.isResting && seen.retiresAtMs == 0 && !isAwake(room)
    }

    /// Brings the ledger up to date with what this process knows of `room`, and learns from it.
    func upkeep(_ room: RoomID) async throws(StoreError) {
        guard let seen = kept[room]?.seen, let known = registry.room(room),
            known.generation == seen.generation
        else { return }
        if kept[room]?.recorded != Kept.Recorded(known)
            || kept[room]?.log.readUpTo?.generation != seen.generation
        {
            guard try await align(room, known, seen) else { return }
        }
        if needsLease(room, seen) {
            let next = SequenceLease.next(seen.nowMs, above: seen.sequence)
            // Named first: a left side of `?.` would be open while the ledger answers, and a room
            // that is added meanwhile moves the dictionary.
            let leased = try await ledger.lease(room, to: next) ?? 0
            kept[room]?.lease = leased
            wake(room)
        }
        try await flush(room)
        if shouldRetire(room, seen) { try await retire(room) }
    }

    /// Lets a room where nothing is expected leave Redis after a time. The script looks whether
    /// that is still so; the next look at the room learns what came of it.
    package func retire(_ room: RoomID) async throws(StoreError) {
        guard retainMs > 0 else { return }
        let soldUntilMs = try await ledger.lastDateMs(behind: room) ?? 0
        _ = try await calls.run(.rest, room, [.int(retainMs), .int(soldUntilMs)])
    }

    /// Leases sequences of a room whose lease is over, for visitors who want to enter at `nowMs` of
    /// Redis's clock. -1: the ledger cannot lease any now.
    func lease(of room: RoomID, at nowMs: Int64, above sequence: Int64) async -> Int64 {
        guard kept[room]?.ledgerDueMs ?? 0 <= self.nowMs else { return -1 }
        do throws(StoreError) {
            return try await leases.value(room) { () async throws(StoreError) in
                let next = SequenceLease.next(nowMs, above: sequence)
                return try await self.ledger.lease(room, to: next) ?? -1
            }
        } catch {
            Background.tick.failed(error, about: ("room", room.raw))
            statistics.failures += 1
            kept[room]?.ledgerDueMs = self.nowMs + Self.leaseRestMs
            return -1
        }
    }

    /// Records the room, and finds where its journal is to be read from. False: Redis turned out to
    /// be older than the ledger, and is brought up to it.
    private func align(_ room: RoomID, _ known: KnownRoom, _ seen: Kept.Seen)
        async throws(StoreError) -> Bool
    {
        var row = try await ledger.room(room)
        let isNew = row.map {
            $0.known.revision < known.revision || $0.known.generation < known.generation
        }
        if isNew != false {
            let floor = max(seen.sequence, seen.lease)
            try await ledger.put(room, known, lease: SequenceLease.next(seen.nowMs, above: floor))
            row = try await ledger.room(room)
        }
        guard let row else { return false }
        registry.learn(row)
        if kept[room]?.log.readUpTo?.generation != seen.generation {
            guard try await place(room, row, seen) else { return false }
            kept[room]?.followed = -1
            wake(room)
        }
        kept[room]?.recorded = Kept.Recorded(known)
        return true
    }

    private func place(_ room: RoomID, _ row: RoomLedger.Row, _ seen: Kept.Seen)
        async throws(StoreError) -> Bool
    {
        guard let tail = try await journalEnd(of: room, seen.generation, row) else { return false }
        if row.journal.generation == seen.generation, kept[room]?.log.hasGap == false {
            kept[room]?.log.readUpTo = row.journal
        } else {
            try await resync(room, at: seen.nowMs, tail)
        }
        return true
    }

    /// Writes the entries that were read, each batch in one commit. A batch that another process
    /// has written is left out. One writer of a room at a time.
    func flush(_ room: RoomID) async throws(StoreError) {
        while let running = await writings.running(room) { try await running.value() }
        guard kept[room]?.log.pending.isEmpty == false else { return }
        try await writings.value(room) { () async throws(StoreError) in
            try await self.write(room)
        }
    }

    private func write(_ room: RoomID) async throws(StoreError) {
        while let first = kept[room]?.log.pending.first {
            let lagMs = kept[room]?.log.lagMs(atNs: loop.clock.monotonicNs()) ?? 0
            let all = kept[room]?.log.pending.prefix(Self.batchMax) ?? []
            let batch = Array(all.prefix { $0.place.generation == first.place.generation })
            let place = try await ledger.room(room)?.journal
            if let place, place.generation == first.place.generation, first.place <= place {
                kept[room]?.log.drop(batch.prefix { $0.place <= place }.count)
                continue
            }
            guard let last = batch.last else { return }
            let sessions = batch.sessions
            try await ledger.log(sessions, of: room, upTo: last.place)
            if let current = registry.room(room)?.generation, current > first.place.generation {
                try await calls.restoreLate(sessions, of: room, into: current)
            }
            kept[room]?.log.drop(batch.count)
            statistics.entries += batch.count
            statistics.writes += 1
            statistics.lagMaxMs = max(statistics.lagMaxMs, lagMs)
        }
    }

    /// Removes what matters no more from the log of admissions.
    func prune() async {
        guard redisNowMs > 0 else { return }
        for _ in 0..<Self.prunePagesMax {
            // A failure now is tried again in the next round.
            let nowMs = redisNowMs
            let count = await Background.housekeeping.attempt { try await ledger.prune(at: nowMs) }
            guard let count else { return }
            statistics.pruned += count
            if count < RoomLedger.pageRows { return }
        }
    }

    /// How the log of admissions keeps up, for `/metrics`.
    func logStatistics() -> RoomLogStatistics {
        var all = statistics
        let nowNs = loop.clock.monotonicNs()
        for room in kept.values {
            all.pending += room.log.pending.count
            all.lagMs = max(all.lagMs, room.log.lagMs(atNs: nowNs))
        }
        return all
    }
}

/// How the log of admissions keeps up with the rooms.
struct RoomLogStatistics: Sendable, Equatable {
    /// How old the oldest entry is that this process has read and not written; and the oldest ever
    /// when its write began. Reading adds 100 ms at most.
    var lagMs: Int64 = 0
    var lagMaxMs: Int64 = 0
    /// Entries read and not written.
    var pending = 0
    /// Entries and batches written by this process, and rows removed.
    var entries = 0
    var writes = 0
    var pruned = 0
    /// Ledger work on a room that failed and is tried again.
    var failures = 0

    init() {}
}
