import Engines
import Redis
import Values

/// Calls about one room that need nothing of what a keeper remembers of it.
struct RoomCalls: Sendable {
    let redis: RedisConnection
    let scripts: RoomScripts

    func run(_ script: RoomScript, _ room: RoomID, _ arguments: [RedisArgument] = [])
        async throws(StoreError) -> ReplyReader
    {
        try await redis.reply(to: scripts[script], keys: RoomKeys(room).all, arguments)
    }

    func report(_ room: RoomID) async throws(StoreError) -> RoomReport? {
        try await look(at: room).report
    }

    /// The room as Redis has it, whether it serves or not, and Redis's time.
    func look(at room: RoomID) async throws(StoreError) -> (report: RoomReport?, nowMs: Int64) {
        let reply = try await run(.report, room)
        let report = try reply.integer(0) == 1 ? RoomFields.report(reply) : nil
        return (report, try reply.integer(1))
    }

    /// The last entry of the journal of `generation`.
    func journalTail(_ room: RoomID, _ generation: Int64) async throws(StoreError) -> JournalPlace {
        let key = RoomKeys(room).journal
        let last = try await redis.list("XREVRANGE", key, "+", "-", "COUNT", "1")
        guard let entry = last.first else {
            return JournalPlace(generation: generation, entry: -1)
        }
        let place = try JournalEntry(entry).place
        return place.generation == generation
            ? place : JournalPlace(generation: generation, entry: -1)
    }
}
