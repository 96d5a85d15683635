import Engines
import EventLoop
import Redis
import Values

/// How one process learns that another has used a room: the stream `onsale:active`.
///
/// A keeper leaves a room alone when nothing is expected in it. Who calls a room's script adds the
/// room to the stream in the same write, at most once in `everyMs` for each loop; every keeper
/// reads the stream and looks at the room for `RoomKeeper.usualAwakeMs` from then on. That is
/// longer than `everyMs`: each change falls into a time in which all keepers look at the room.
///
/// The last entry that was read is asked for again with those behind it. When it is not there,
/// entries were trimmed, or Redis is empty or older than it was: all rooms are looked at.
enum RoomActivity {
    /// One key for all rooms, in a slot of its own.
    static let key = "onsale:active"
    /// How often one loop tells of a room. 1,000 rooms in use on 8 loops are 4,000 entries a
    /// second, 1 % of a core of Redis.
    static let everyMs: UInt64 = 2_000
    /// What a keeper that begins to read has to know of the time before: longer than `everyMs`.
    static let lookBackMs: Int64 = 3_000
    /// Entries that stay, and that one read takes: 10,000 x ~50 B are 0.5 MB. A keeper that reads
    /// each 100 ms misses some above 100,000 a second.
    static let entriesMax = 10_000

    /// What adds `room` to the stream.
    static func entry(_ room: String) -> [RedisArgument] {
        ["XADD", .string(key), "MAXLEN", "~", .int(Int64(entriesMax)), "*", "r", .string(room)]
    }
}

extension RoomStore {
    /// Tells all keepers that `room` is used. Nothing waits for it: it leaves with what is called
    /// next. Names that are no rooms are not told: strangers choose them.
    func announce(_ room: RoomID) {
        let nowNs = loop.clock.monotonicNs()
        let againNs = RoomActivity.everyMs * 1_000_000
        if let toldNs = announced[room], nowNs - toldNs < againNs { return }
        guard registry.room(room) != nil else { return }
        announced[room] = nowNs
        Task.immediate(executorPreference: loop) { [self] in
            do throws(RedisError) {
                _ = try await redis.send(RoomActivity.entry(room.raw))
            } catch {
                Background.discover.failed(error, about: ("room", room.raw))
                announced[room] = nil
            }
        }
    }
}

extension RoomKeeper {
    /// Reads which rooms were used since the last time, and looks at them.
    func listen() async {
        // A failure now is tried again in the next round.
        guard let place = heardUpTo else {
            // First a place to read on from, then the rooms: what happens between comes behind it.
            let reply = await Background.discover.attempt { () async throws(RedisError) in
                try await redis.send(RoomActivity.entry(""))
            }
            guard let id = reply?.string else { return }
            heardUpTo = id
            hasLooked = false
            lookAtAll()
            // Who told of a room just before does not tell again at once.
            let ms = id.split(separator: "-").first.flatMap { Int64($0) } ?? 0
            for entry in await entries(from: String(ms - RoomActivity.lookBackMs)) ?? [] {
                await hear(entry)
            }
            return
        }
        guard let entries = await entries(from: place) else { return }
        guard entries.first?.array?.first?.string == place else {
            heardUpTo = nil
            return
        }
        for entry in entries.dropFirst() { await hear(entry) }
    }

    private func entries(from place: String) async -> [RedisValue]? {
        let max = String(RoomActivity.entriesMax + 1)
        return await Background.discover.attempt { () async throws(RedisError) in
            try await redis.send("XRANGE", RoomActivity.key, place, "+", "COUNT", max).array
        } ?? nil
    }

    private func hear(_ entry: RedisValue) async {
        guard let parts = entry.array, parts.count == 2, let id = parts[0].string else { return }
        heardUpTo = id
        if let name = parts[1].array?.last?.string, let room = RoomID(name) {
            await hear(of: room)
        }
    }

    private func hear(of room: RoomID) async {
        if kept[room] == nil { await meet(room) }
        guard kept[room] != nil else { return }
        kept[room]?.awakeUntilMs = nowMs + awakeMs
        if !isExpected(room) { wake(room) }
    }
}
