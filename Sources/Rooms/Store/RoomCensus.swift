import Engines
import Redis
import Values

/// Who is inside a room, read as a whole.
extension RoomCalls {
    /// Who is inside, by their names.
    func inside(of room: RoomID, at nowMs: Int64) async throws(StoreError)
        -> [String: LoggedSession]
    {
        let keys = RoomKeys(room)
        var cursor = "0"
        var inside: [String: LoggedSession] = [:]
        repeat {
            let page = try await redis.list("HSCAN", keys.tickets, cursor, "COUNT", "500")
            guard page.count == 2, let next = page[0].string, let fields = page[1].array else {
                throw .broken("HSCAN answered \(page)")
            }
            for index in stride(from: 0, to: fields.count - 1, by: 2) {
                guard let user = fields[index].string, let record = fields[index + 1].string,
                    let session = RoomSession(record: record)
                else { continue }
                // Counted as admitted now: the rate may only err towards fewer.
                inside[user] = LoggedSession(
                    user: user,
                    sequence: session.sequence,
                    admittedAtMs: nowMs,
                    endsAtMs: session.hardEndMs,
                    isUnheard: session.isUnheard
                )
            }
            cursor = next
        } while cursor != "0"
        return inside
    }

    /// The same sessions with how they ended, as far as Redis remembers it.
    func ends(of sessions: [LoggedSession], in room: RoomID, at nowMs: Int64)
        async throws(StoreError) -> [LoggedSession]
    {
        guard !sessions.isEmpty else { return [] }
        var ended = sessions
        for key in [RoomKeys(room).endedBefore, RoomKeys(room).ended] {
            let reply = try await redis.list(["HMGET", key] + sessions.map(\.user))
            for (index, value) in reply.enumerated() where ended.indices.contains(index) {
                let end = value.string.flatMap(SessionEnd.init(letter:))
                if let end { ended[index].ended = (nowMs, end) }
            }
        }
        for index in ended.indices where ended[index].ended == nil {
            ended[index].ended = (nowMs, .expired)
        }
        return ended
    }
}

/// A running session as the tickets hash has it.
struct RoomSession: Sendable, Equatable {
    var sequence: Int64
    var hardEndMs: Int64
    var isUnheard: Bool

    /// Reads a record of the tickets hash; nil unless it is `a<sequence> <hard end>`, or with `u`
    /// and a third number the same of somebody who has not heard of it.
    init?(record: String) {
        // As bytes: as characters it took 14,000 instructions, a third of an admission check.
        let parts = record.utf8.split(separator: UInt8(ascii: " "))
        let width = parts[0].first == UInt8(ascii: "u") ? 3 : 2
        guard parts.count == width, width == 3 || parts[0].first == UInt8(ascii: "a"),
            let sequence = Int64(Substring(parts[0].dropFirst())),
            let hardEnd = Int64(Substring(parts[1]))
        else { return nil }
        self.sequence = sequence
        hardEndMs = hardEnd
        isUnheard = width == 3
    }
}
