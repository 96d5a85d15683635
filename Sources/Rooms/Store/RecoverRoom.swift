import Engines
import Redis
import Values

/// A room that Redis has lost, or has in an older state than it was, comes back.
///
/// The ledger is asked first and last: it hands out the generation, knows above which sequence to
/// start, who is inside and who has finished. Until all of that is in Redis again the room is
/// unknown to every script, so nobody can take a place that is not free; whoever comes meanwhile,
/// from whichever process, restores the same things and waits. While the ledger is away, too, the
/// room waits for it: tickets keep their places, and only the ledger is sure who may be let in.
extension RoomKeeper {
    /// Other processes may be faster; each time the room is looked at again.
    private static let attemptsMax = 8

    /// Brings a room back into a Redis that lost it, or opens a new generation of one that is older
    /// than it was. One recovery of a room at a time. False: nobody knows the room.
    ///
    /// `generation` is the newest one that a ticket has shown; the new one is later.
    func recover(_ room: RoomID, above generation: Int64) async throws(StoreError) -> Bool {
        try await recoveries.value(room) { () async throws(StoreError) in
            try await self.recoverNow(room, above: generation)
        }
    }

    private func recoverNow(_ room: RoomID, above generation: Int64) async throws(StoreError)
        -> Bool
    {
        for _ in 0..<Self.attemptsMax {
            let (found, nowMs) = try await calls.look(at: room)
            let loading = Loading("room", room.raw, isOlder: found != nil, on: loop)
            guard let known = registry.room(room) ?? found.map(KnownRoom.init) else { return false }
            if let found, !found.isRestoring, isCurrent(room, found, known, above: generation) {
                // Another process, or a call that waited for this one, was faster.
                try await adopt(room, found)
                return true
            }
            // What this process has read and not written yet was inside, too.
            try await flush(room)
            let waiting = try await waiting(room, known, found, at: nowMs)
            var opened: Int64?
            if let found, found.isRestoring {
                opened = found.generation
            } else {
                let newest = max(generation, known.generation, found?.generation ?? 0)
                opened = try await open(room, known, found, above: newest, at: nowMs)
            }
            guard let opened else { continue }
            // Before it serves: a room that is sold out comes back as that.
            await Background.discover.attempt(about: ("room", room.raw)) {
                try await self.compareStock(of: room)
            }
            let settleMs = RoomCalls.settleMs(waiting)
            let isBack = try await calls.restore(
                room,
                of: ledger,
                into: opened,
                at: nowMs,
                settleMs: settleMs
            )
            guard isBack else { continue }
            try await ledger.opened(opened, of: room, fromNothing: found == nil)
            kept[room]?.isOlderThanLedger = false
            guard let report = try await calls.report(room) else { continue }
            try await adopt(room, report)
            loading.ended([
                ("inside", "\(report.inside)"), ("line", waiting.map { "\($0)" } ?? "unknown"),
                ("admits_in_ms", "\(settleMs)"),
            ])
            // Who had told of it may have told the Redis that is lost.
            await Background.discover.attempt(about: ("room", room.raw)) {
                _ = try await redis.send(RoomActivity.entry(room.raw))
            }
            return true
        }
        throw .unavailable("room \(room) was lost again while it was brought back")
    }

    /// Brings a room back of which Redis has a past: the ledger knows a later generation, or more
    /// of its journal.
    func comparePast(of room: RoomID) async throws(StoreError) {
        guard let row = try await ledger.room(room) else { return }
        registry.learn(row)
        guard let found = try await calls.look(at: room).report, !found.isRestoring else { return }
        guard try await journalEnd(of: room, found.generation, row) != nil,
            found.generation < row.known.generation
        else { return }
        _ = try await recover(room, above: 0)
    }

    /// Where the journal of a generation ends in Redis. Nil: the ledger has more of it, and the
    /// room was brought back.
    func journalEnd(of room: RoomID, _ generation: Int64, _ row: RoomLedger.Row)
        async throws(StoreError) -> JournalPlace?
    {
        let end = try await calls.journalTail(room, generation)
        guard row.journal.generation == generation, end < row.journal else { return end }
        keep(room)
        kept[room]?.isOlderThanLedger = true
        _ = try await recover(room, above: 0)
        return nil
    }

    private func isCurrent(
        _ room: RoomID,
        _ found: RoomReport,
        _ known: KnownRoom,
        above generation: Int64
    ) -> Bool {
        guard found.generation >= generation,
            !known.isAhead(of: found.generation, found.version)
        else { return false }
        return found.generation > known.generation || kept[room]?.isOlderThanLedger != true
    }

    /// Opens a new generation, not yet serving. Nil: another process was faster somewhere.
    private func open(
        _ room: RoomID,
        _ known: KnownRoom,
        _ found: RoomReport?,
        above newest: Int64,
        at nowMs: Int64
    ) async throws(StoreError) -> Int64? {
        var row = try await ledger.room(room)
        if row == nil || known.revision > row?.known.revision ?? 0 {
            let floor = max(known.sequence, found?.lease ?? 0)
            try await ledger.put(room, known, lease: SequenceLease.next(nowMs, above: floor))
            row = try await ledger.room(room)
        }
        guard let row else { return nil }
        registry.learn(row)
        let next = max(row.claim, newest) + 1
        let start = max(row.lease, known.sequence)
        let lease = SequenceLease.next(nowMs, above: start)
        guard try await ledger.claim(next, leasing: lease, from: row) else { return nil }
        let admissions = try await ledger.admissions(to: room, since: nowMs - 60_000)
        var arguments: [RedisArgument] = [
            .int(next), .int(found?.generation ?? 0), .int(start), .int(lease), .int(admissions),
            .int(row.known.revision),
        ]
        arguments += RoomFields.all(row.known)
        let reply = try await calls.run(.recover, room, arguments)
        return try reply.integer(2) == 1 ? next : nil
    }

    /// How many may want to come back into the line; nil: nobody knows.
    ///
    /// Who has known the room since before Redis came back remembers it; who began with this Redis
    /// knows no more than that, and it may be older.
    ///
    /// No visitor has a sequence above the room's lease. Where that ended before the oldest ticket
    /// that a browser keeps, nobody is in line: such a room was at rest and has left Redis.
    private func waiting(
        _ room: RoomID,
        _ known: KnownRoom,
        _ found: RoomReport?,
        at nowMs: Int64
    ) async throws(StoreError) -> Int64? {
        let isRemembered = found.map { known.isAhead(of: $0.generation, $0.version) } ?? true
        let hasKnownIt = kept[room]?.knownSince.map { $0 < redis.openings } ?? false
        if isRemembered || hasKnownIt, let waiting = known.waiting { return waiting }
        guard let row = try await ledger.room(room) else { return nil }
        return row.lease / 1_000 < nowMs - RoomStore.ticketLifeMs ? 0 : nil
    }
}
