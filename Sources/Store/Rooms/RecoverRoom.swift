import EventLoop
import Onsale
import Redis

extension RoomKeeper {
    /// Sessions restored in one script call.
    private static let restoreSlice = 100

    /// Brings a room back into a Redis that lost it, or opens a new generation of one that is older
    /// than it was. One recovery of a room at a time. False: nobody knows the room.
    ///
    /// `generation` is the newest one that a ticket has shown; the new one is later.
    func recover(_ room: RoomID, above generation: Int64) async throws(StoreError) -> Bool {
        if let running = recoveries[room] { return try await running.value.get() }
        let task = Task(executorPreference: loop) {
            () async -> Result<Bool, StoreError> in
            do throws(StoreError) {
                return .success(try await self.recoverNow(room, above: generation))
            } catch {
                return .failure(error)
            }
        }
        recoveries[room] = task
        defer { recoveries[room] = nil }
        return try await task.value.get()
    }

    private func recoverNow(_ room: RoomID, above generation: Int64) async throws(StoreError)
        -> Bool
    {
        let found = try await report(room)
        guard let known = registry.room(room) ?? found.map(KnownRoom.init) else { return false }
        let current = found?.generation ?? 0
        if let found, current >= max(known.generation, generation),
            current > known.generation || found.version >= known.version
        {
            // Another process, or a call that waited for this one, was faster.
            try await adopt(room, found)
            return true
        }
        let next = max(known.generation, generation, current) + 1
        var mirror = kept[room]?.mirror ?? SessionMirror()
        let admissions = mirror.admissions(before: loop.clock.wallMs())
        // An operator's decision outlives the older Redis; another process may know a later one.
        var decided = known
        if let found, found.generation > known.generation { decided = KnownRoom(found) }
        var arguments: [RedisArgument] = [
            .int(next), .int(settleMs(known.waiting)), .int(known.sequence), .int(admissions),
            .string("state"), .string(decided.state.rawValue),
        ]
        arguments += RoomFields.pairs(decided.settings)
        let reply = try await run(scripts.recover, room, arguments)
        let opened = try reply.integer(1)
        if try reply.integer(2) == 1 { try await restore(mirror.sessions, of: room, into: opened) }
        guard let report = try await report(room) else {
            throw .unavailable("room \(room) was lost again while it was brought back")
        }
        try await adopt(room, report)
        return true
    }

    private func restore(
        _ sessions: [String: SessionMirror.Session],
        of room: RoomID,
        into generation: Int64
    ) async throws(StoreError) {
        var rest = Array(sessions)[...]
        while !rest.isEmpty {
            var arguments: [RedisArgument] = [.int(generation)]
            for (user, session) in rest.prefix(Self.restoreSlice) {
                arguments += [
                    .string(user), .int(session.sequence), .int(session.hardEndMs),
                ]
            }
            rest = rest.dropFirst(Self.restoreSlice)
            guard try await run(scripts.restore, room, arguments).integer(0) == 1 else { return }
        }
    }

    /// Two of the longest polls that anyone in a line of `waiting` was told, as in `poll_after` of
    /// `redis/lib/room.lua`: until then the line comes back, and nobody is admitted.
    private func settleMs(_ waiting: Int64) -> Int64 {
        2 * min(33_000, 1_100 + 22 * waiting)
    }
}
