import EventLoop
import Onsale
import Redis

extension RoomKeeper {
    /// One look at a room: ends and admits what is due, follows its journal, notices a loss.
    /// Answers in how many milliseconds the next look is due.
    func tick(_ room: RoomID) async throws(StoreError) -> Int64 {
        if kept[room] == nil { kept[room] = Kept() }
        let reply = try await run(scripts.tick, room, [.int(kept[room]?.lease ?? 0)])
        guard try reply.integer(0) == 1 else {
            _ = try await recover(room, above: 0)
            return 0
        }
        let head = try reply.head()
        let version = try reply.integer(RoomHead.width + 4)
        if isOlder(room, head.generation, version) {
            _ = try await recover(room, above: 0)
            return 0
        }
        try await agree(room, head, revision: try reply.integer(RoomHead.width + 5))
        if var known = registry.room(room), known.generation == head.generation {
            known.version = version
            known.sequence = try reply.integer(RoomHead.width + 6)
            known.waiting = try reply.integer(RoomHead.width)
            if known.revision == (try reply.integer(RoomHead.width + 5)) {
                known.state = head.state
            }
            try registry.keep(known, as: room)
        }
        kept[room]?.seen = Kept.Seen(
            nowMs: head.nowMs,
            generation: head.generation,
            sequence: try reply.integer(RoomHead.width + 6),
            lease: try reply.integer(RoomHead.width + 9)
        )
        redisNowMs = max(redisNowMs, head.nowMs)
        // Not the registry's version: `adopt` moves that one, and the journal would wait for the
        // next.
        let isBusy = kept[room]?.followed != version
        if isBusy, try await follow(room) { kept[room]?.followed = version }
        if try reply.integer(RoomHead.width + 8) == 1 { return 0 }
        let nextAtMs = try reply.integer(RoomHead.width + 7)
        let idleMs = isBusy ? Self.busyTickMs : Self.idleTickMs
        return nextAtMs == 0 ? idleMs : min(idleMs, max(1, nextAtMs - head.nowMs))
    }

    /// Whether Redis came back with a past of this room: an older generation, or fewer changes.
    private func isOlder(_ room: RoomID, _ generation: Int64, _ version: Int64) -> Bool {
        guard let known = registry.room(room) else { return false }
        return generation < known.generation
            || generation == known.generation && version < known.version
    }

    /// The newer settings count: Redis's, which another process has written, or the ledger's, which
    /// whoever wrote them could not bring to Redis.
    private func agree(_ room: RoomID, _ head: RoomHead, revision: Int64) async throws(StoreError) {
        if let known = registry.room(room), known.generation == head.generation,
            known.revision >= revision
        {
            guard known.revision > revision else { return }
            let arguments = [.int(0), .int(known.revision), .int(0)] + RoomFields.all(known)
            _ = try await run(scripts.configure, room, arguments)
        } else if let report = try await report(room) {
            try await adopt(room, report)
        }
    }

    /// Reads on in the room's journal. False: there may be more, or nobody knows yet from where.
    private func follow(_ room: RoomID) async throws(StoreError) -> Bool {
        while let place = kept[room]?.log.readUpTo {
            let space = kept[room]?.log.space ?? 0
            guard space > 0 else { return false }
            let entries = try await redis.list(
                "XRANGE",
                RoomKeys(room).journal,
                place.next,
                "+",
                "COUNT",
                String(space)
            )
            for reply in entries {
                let entry = try JournalEntry(reply)
                // A later generation is placed when it is adopted.
                guard entry.place.generation == place.generation else { return false }
                // In place: a copy of the log would be one of all that waits in it.
                guard kept[room]?.log.append(entry, atNs: loop.clock.monotonicNs()) == true else {
                    return false
                }
            }
            if entries.count < space { return true }
        }
        return false
    }
}
