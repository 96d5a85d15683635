import Engines
import Redis
import Values

/// Reads who is inside as a whole, where the journal does not tell: when it was trimmed before it
/// was read, and when a generation was opened over what an older Redis still had.
extension RoomKeeper {
    /// Makes the ledger agree with Redis, whose time was `nowMs` before `tail` was read. Sessions
    /// that the ledger has and Redis has not are over: `HSCAN` gives every field that is there from
    /// its start to its end, and those that began later are in the journal after `tail`.
    func resync(_ room: RoomID, at nowMs: Int64, _ tail: JournalPlace) async throws(StoreError) {
        let inside = try await calls.inside(of: room, at: nowMs)
        var rest = Array(inside.values)[...]
        while !rest.isEmpty {
            let slice = Array(rest.prefix(RoomLedger.pageRows))
            try await ledger.log(slice, of: room, upTo: Self.beforeAll)
            rest = rest.dropFirst(RoomLedger.pageRows)
        }
        var last: LoggedSession?
        while true {
            let page = try await ledger.running(in: room, after: last, at: nowMs)
            let over = page.filter {
                $0.admittedAtMs < nowMs && inside[$0.user]?.sequence != $0.sequence
            }
            let ended = try await calls.ends(of: over, in: room, at: nowMs)
            try await ledger.log(ended, of: room, upTo: Self.beforeAll)
            last = page.last
            if page.count < RoomLedger.pageRows { break }
        }
        try await ledger.log([], of: room, upTo: tail)
        kept[room]?.log.readUpTo = tail
        kept[room]?.log.hasGap = false
    }

    /// Moves no reader: the place follows when all is written.
    private static let beforeAll = JournalPlace(generation: 0, entry: -1)
}
