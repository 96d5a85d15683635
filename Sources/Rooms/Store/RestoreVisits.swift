import Engines
import Redis
import Values

/// Brings back the visits that the ledger knows.
extension RoomCalls {
    /// Sessions of a page of the ledger, restored in one script call.
    private static let restoreSlice = 200
    /// Sessions restored of one room: those of 1,000,000 inside and as many that ended, at ~100 B
    /// in Redis each, are 200 MB; beyond it the rest is left to its own tickets.
    private static let restoredMax = 2_000_000

    /// Brings back who was inside and how visits ended; then the room serves. False: it was lost or
    /// opened anew meanwhile.
    func restore(
        _ room: RoomID,
        of ledger: RoomLedger,
        into generation: Int64,
        at nowMs: Int64,
        settleMs: Int64
    ) async throws(StoreError) -> Bool {
        var last: LoggedSession?
        var count = 0
        while count < Self.restoredMax {
            let page = try await ledger.sessions(
                of: room,
                after: last,
                at: nowMs,
                atMost: Self.restoreSlice
            )
            count += page.count
            last = page.last
            let isAll = page.count < Self.restoreSlice || count >= Self.restoredMax
            let step: RedisArgument = isAll ? .int(settleMs) : "more"
            guard try await restore(page, of: room, into: generation, step) else { return false }
            if isAll { return true }
        }
        return true
    }

    /// Sessions that were read from the journal of a generation that is over, and that whoever
    /// opened the next one may not have known.
    func restoreLate(_ sessions: [LoggedSession], of room: RoomID, into generation: Int64)
        async throws(StoreError)
    {
        var rest = sessions[...]
        while !rest.isEmpty {
            let slice = Array(rest.prefix(Self.restoreSlice))
            guard try await restore(slice, of: room, into: generation, "late") else { return }
            rest = rest.dropFirst(Self.restoreSlice)
        }
    }

    private func restore(
        _ sessions: [LoggedSession],
        of room: RoomID,
        into generation: Int64,
        _ step: RedisArgument
    ) async throws(StoreError) -> Bool {
        var arguments: [RedisArgument] = [.int(generation), step]
        for session in sessions {
            arguments += [
                .string(session.user), .int(session.sequence), .int(session.endsAtMs),
                .string(session.ended?.as.letter ?? ""), .int(session.isUnheard ? 1 : 0),
            ]
        }
        return try await run(.restore, room, arguments).integer(0) == 1
    }

    /// Two of the longest polls that anyone in a line of `waiting` was told, as in `poll_after` of
    /// `redis/lib/room.lua`: until then the line comes back, and nobody is admitted. Nil is a line
    /// that nobody alive has seen: it may be the longest.
    static func settleMs(_ waiting: Int64?) -> Int64 {
        2 * min(33_000, 1_100 + 22 * min(10_000, waiting ?? 10_000))
    }
}
