import Engines
import EventLoop
import Redis
import Values

extension RoomKeeper {
    /// One look at a room: ends and admits what is due, follows its journal, notices a loss.
    /// Answers in how many milliseconds the next look is due; nil: nothing is expected. A room that
    /// Redis does not have comes back now if `bringsBack`, else when somebody asks for it.
    func tick(_ room: RoomID, bringsBack: Bool = true) async throws(StoreError) -> Int64? {
        keep(room)
        if try await mayAdmit(room) { try await compareOnce(room) }
        let reply = try await calls.run(.tick, room, [.int(kept[room]?.lease ?? 0)])
        guard try reply.integer(0) == 1 else {
            guard bringsBack else {
                kept[room]?.seen = nil
                return nil
            }
            _ = try await recover(room, above: 0)
            return 0
        }
        let look = try RoomLook(reply)
        if registry.room(room)?.isAhead(of: look.head.generation, look.version) == true {
            _ = try await recover(room, above: 0)
            return 0
        }
        try await agree(room, look)
        if var known = registry.room(room), known.generation == look.head.generation {
            known.version = look.version
            known.sequence = look.seen.sequence
            known.waiting = look.seen.waiting
            if known.revision == look.revision { known.state = look.head.state }
            try registry.keep(known, as: room)
        }
        kept[room]?.seen = look.seen
        let knownSince = kept[room]?.knownSince ?? redis.openings
        kept[room]?.knownSince = knownSince
        redisNowMs = max(redisNowMs, look.head.nowMs)
        // Not the registry's version: `adopt` moves that one, and the journal would wait for the
        // next.
        let isBusy = kept[room]?.followed != look.version
        if isBusy, try await follow(room) { kept[room]?.followed = look.version }
        if look.hasMore { return 0 }
        // Where nobody waits nobody comes late: only what is due needs a look.
        let longest = isBusy ? Self.busyTickMs : look.seen.waiting > 0 ? Self.idleTickMs : nil
        guard look.nextAtMs > 0 else { return longest }
        let next = max(1, look.nextAtMs - look.head.nowMs)
        return longest.map { min($0, next) } ?? next
    }

    /// Whether a look may let somebody in, as far as is known. Of a room that this process has not
    /// seen Redis is asked: 10,000 rooms at rest are not compared with the ledger at a start.
    private func mayAdmit(_ room: RoomID) async throws(StoreError) -> Bool {
        guard !comparisons.has(room, in: redis.openings) else { return false }
        if let seen = kept[room]?.seen { return !seen.isResting || isAwake(room) }
        guard let report = try await calls.report(room) else { return false }
        return report.inLine > 0
    }

    /// The newer settings count: Redis's, which another process has written, or the ledger's, which
    /// whoever wrote them could not bring to Redis.
    private func agree(_ room: RoomID, _ look: RoomLook) async throws(StoreError) {
        if let known = registry.room(room), known.generation == look.head.generation,
            known.revision >= look.revision
        {
            guard known.revision > look.revision else { return }
            let arguments = [.int(0), .int(known.revision), .int(0)] + RoomFields.all(known)
            _ = try await calls.run(.configure, room, arguments)
        } else if let report = try await calls.report(room) {
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

/// What `room_tick` says of a room.
private struct RoomLook {
    let head: RoomHead
    let version: Int64
    let revision: Int64
    let nextAtMs: Int64
    let hasMore: Bool
    let seen: RoomKeeper.Kept.Seen

    init(_ reply: ReplyReader) throws(StoreError) {
        func value(_ index: Int) throws(StoreError) -> Int64 {
            try reply.integer(RoomHead.width + index)
        }
        head = try reply.head()
        version = try value(4)
        revision = try value(5)
        nextAtMs = try value(7)
        hasMore = try value(8) == 1
        let waiting = try value(0)
        seen = RoomKeeper.Kept.Seen(
            nowMs: head.nowMs,
            generation: head.generation,
            sequence: try value(6),
            lease: try value(9),
            state: head.state,
            waiting: waiting,
            inside: try value(1),
            skipped: try value(2),
            returned: try value(16),
            admittedLast60s: try value(3),
            totals: .init(
                admitted: try value(10),
                done: try value(11),
                left: try value(12),
                expired: try value(13),
                waitMs: try value(14)
            ),
            isResting: waiting == 0 && nextAtMs == 0 && !hasMore,
            retiresAtMs: try value(15)
        )
    }
}
