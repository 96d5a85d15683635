import Redis
import Values

/// Lists of all rooms, for `/metrics` and the first page: from what the last look at each has told,
/// without a call. A room that changes is looked at each second; one that is not does not change.
extension RoomKeeper {
    /// Rooms in the order of their names, `max` at most, after `name`; those too that come back to
    /// Redis only when somebody asks.
    package func rooms(after name: String, max: Int) -> [(room: RoomID, report: RoomReport)] {
        names[names.place(after: name)...].prefix(max).compactMap { room in
            report(of: room).map { (room, $0) }
        }
    }

    /// The rooms that Redis has, `max` at most, with their counters; none while Redis is away.
    func reports(max: Int) async -> [(room: RoomID, report: RoomReport)] {
        guard await redis.isAvailable else { return [] }
        return names.lazy.filter { self.kept[$0]?.seen != nil }.prefix(max).compactMap { room in
            self.report(of: room).map { (room, $0) }
        }
    }

    /// How many rooms there are, and how many of them are looked at.
    func counts() -> (known: Int, inUse: Int) { (kept.count, inUse.count) }

    private func report(of room: RoomID) -> RoomReport? {
        guard let known = registry.room(room) else { return nil }
        var report = RoomReport(
            settings: known.settings,
            state: known.state,
            generation: known.generation,
            atMs: redisNowMs
        )
        report.version = known.version
        report.revision = known.revision
        report.sequence = known.sequence
        guard let seen = kept[room]?.seen else { return report }
        report.state = seen.state
        report.atMs = seen.nowMs
        report.lease = seen.lease
        report.inLine = seen.waiting
        report.inside = seen.inside
        report.away = seen.skipped
        report.returned = seen.returned
        report.admittedLast60s = seen.admittedLast60s
        report.admittedTotal = seen.totals.admitted
        report.doneTotal = seen.totals.done
        report.leftTotal = seen.totals.left
        report.expiredTotal = seen.totals.expired
        report.waitMsTotal = seen.totals.waitMs
        return report
    }
}

extension [RoomID] {
    /// Where the first name after `name` stands; the names are in order.
    func place(after name: String) -> Int {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = (low + high) / 2
            if self[middle].raw <= name { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
