import Engines
import Redis
import Values

/// How a keeper finds rooms that others have made or changed.
extension RoomKeeper {
    /// Takes up changes that only the ledger knows: of the ledger a page at a time, 1,000 rooms in
    /// 2 s. And once names that only Redis knows.
    func discover() async {
        defer { isDiscovering = false }
        await pruneWhenDue()
        // A failure now is tried again in the next round of discovery.
        let after = ledgerPage
        if let page = await Background.discover.attempt({ try await ledger.versions(after: after) })
        {
            for version in page where isNews(version) {
                guard let row = await row(of: version.room) else { continue }
                registry.learn(row)
                keep(version.room)
                wake(version.room)
            }
            ledgerPage = page.count < RoomLedger.pageRows ? "" : page.last?.room.raw ?? ""
        }
        guard !hasLooked, heardUpTo != nil else { return }
        let members = await Background.discover.attempt { () async throws(RedisError) in
            try await redis.send("SMEMBERS", RoomKeys.rooms)
        }
        guard case .array(let names) = members else { return }
        hasLooked = true
        for name in names {
            guard let room = name.string.flatMap(RoomID.init), kept[room] == nil else { continue }
            await adoptFromRedis(room)
        }
    }

    /// The room as the ledger knows it; nil also while it cannot say.
    private func row(of room: RoomID) async -> RoomLedger.Row? {
        await Background.discover.attempt(about: ("room", room.raw)) {
            try await ledger.room(room)
        } ?? nil
    }

    private func adoptFromRedis(_ room: RoomID) async {
        await Background.discover.attempt(about: ("room", room.raw)) {
            if let report = try await calls.report(room) { try await adopt(room, report) }
        }
    }

    /// Takes up a room that another process has made.
    func meet(_ room: RoomID) async {
        // A failure now is made good by the next round of discovery.
        if let row = await row(of: room) {
            registry.learn(row)
            if registry.room(room) != nil { keep(room) }
        } else {
            await adoptFromRedis(room)
        }
    }

    private func isNews(_ version: RoomLedger.Version) -> Bool {
        guard let known = registry.room(version.room) else { return true }
        return version.revision > known.revision || version.generation > known.generation
    }

    private func pruneWhenDue() async {
        guard nowMs >= pruneAtMs else { return }
        pruneAtMs = nowMs + Self.pruneEveryMs
        await prune()
    }

    /// Keeps `room` from now on.
    func adopt(_ room: RoomID, _ report: RoomReport) async throws(StoreError) {
        guard !report.isRestoring else { return }
        let old = registry.room(room)
        try registry.keep(KnownRoom(report), as: room)
        keep(room)
        wake(room)
        // A new generation numbers its journal anew; the ledger says from where to read it.
        if old?.generation != report.generation {
            kept[room]?.log.readUpTo = nil
            kept[room]?.followed = -1
            kept[room]?.isOlderThanLedger = false
        }
        _ = try await redis.command("SADD", RoomKeys.rooms, room.raw)
    }
}
