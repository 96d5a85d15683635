import Onsale
import Redis

extension RoomKeeper {
    /// One look at a room: ends and admits what is due, follows its log, notices a loss. Answers in
    /// how many milliseconds the next look is due.
    func tick(_ room: RoomID) async throws(StoreError) -> Int64 {
        let reply = try await run(scripts.tick, room)
        guard try reply.integer(0) == 1 else {
            _ = try await recover(room, above: 0)
            return 0
        }
        let head = try reply.head()
        let version = try reply.integer(11)
        if isOlder(room, head.generation, version) {
            _ = try await recover(room, above: 0)
            return 0
        }
        let revision = try reply.integer(12)
        if kept[room]?.revision != revision || registry.room(room)?.generation != head.generation {
            if let report = try await report(room) { try await adopt(room, report) }
            kept[room]?.revision = revision
        }
        if var known = registry.room(room), known.generation == head.generation {
            known.version = version
            known.sequence = try reply.integer(13)
            known.waiting = try reply.integer(7)
            known.state = head.state
            try registry.keep(known, as: room)
        }
        // Not the registry's version: `adopt` moves that one, and the log would wait for the next.
        let isBusy = kept[room]?.followed != version
        if isBusy {
            try await follow(room)
            kept[room]?.followed = version
        }
        if try reply.integer(15) == 1 { return 0 }
        let nextAtMs = try reply.integer(14)
        let idleMs = isBusy ? Self.busyTickMs : Self.idleTickMs
        return nextAtMs == 0 ? idleMs : min(idleMs, max(1, nextAtMs - head.nowMs))
    }

    /// Whether Redis came back with a past of this room: an older generation, or fewer changes.
    private func isOlder(_ room: RoomID, _ generation: Int64, _ version: Int64) -> Bool {
        guard let known = registry.room(room) else { return false }
        return generation < known.generation
            || generation == known.generation && version < known.version
    }

    /// Reads the room's log into the mirror; the first time, who is inside already.
    private func follow(_ room: RoomID) async throws(StoreError) {
        if kept[room]?.isMirrorLoaded == false {
            var mirror = SessionMirror()
            try await loadInside(room, into: &mirror)
            kept[room]?.mirror = mirror
            kept[room]?.isMirrorLoaded = true
        }
        // In place: a copy of the mirror would be one of all sessions, ten times a second.
        while let cursor = kept[room]?.mirror.cursor {
            let entries = try await redis.list(
                "XRANGE",
                RoomKeys(room).log,
                "(" + cursor,
                "+",
                "COUNT",
                "1000"
            )
            for entry in entries { kept[room]?.mirror.apply(entry) }
            if entries.count < 1000 { break }
        }
    }

    /// `HSCAN` gives every field that is there from its start to its end, whatever happens between;
    /// what changes meanwhile is in the log.
    private func loadInside(_ room: RoomID, into mirror: inout SessionMirror)
        async throws(StoreError)
    {
        let keys = RoomKeys(room)
        var cursor = "0"
        repeat {
            let page = try await redis.list("HSCAN", keys.tickets, cursor, "COUNT", "500")
            guard page.count == 2, let next = page[0].string, let fields = page[1].array else {
                throw .broken("HSCAN answered \(page)")
            }
            for index in stride(from: 0, to: fields.count - 1, by: 2) {
                guard let user = fields[index].string, let record = fields[index + 1].string,
                    let session = SessionMirror.Session(record: record)
                else { continue }
                mirror.load(user, session)
            }
            cursor = next
        } while cursor != "0"
    }
}

extension SessionMirror {
    /// Applies one entry of the log: [id, [a, user, s, sequence, x, hard end]] or [id, [e, user]].
    fileprivate mutating func apply(_ entry: RedisValue) {
        guard let parts = entry.array, parts.count == 2, let id = parts[0].string,
            let fields = parts[1].array, fields.count >= 2, let kind = fields[0].string,
            let user = fields[1].string
        else { return }
        cursor = id
        if kind == "e" { return end(user) }
        guard fields.count == 6, let sequence = fields[3].string.flatMap({ Int64($0) }),
            let hardEnd = fields[5].string.flatMap({ Int64($0) }),
            let atMs = id.split(separator: "-").first.flatMap({ Int64($0) })
        else { return }
        admit(user, Session(sequence: sequence, hardEndMs: hardEnd), atMs: atMs)
    }
}
