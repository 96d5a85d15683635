import Crypto
import Engines
import Redis

/// One counts a list at a time, for all processes: a lock in Redis says whose turn it is.
extension PopularStore {
    /// One attempt to count a list, signed.
    struct Turn {
        let days: Int
        let keys: PopularKeys
        let signature = Base64URL.encodeString(SecureRandom.bytes(9))

        init(days: Int) {
            self.days = days
            keys = PopularKeys(days: days)
        }
    }

    enum Found {
        case kept(PopularList)
        /// It is this one's turn, and the instant is Redis's.
        case count(atMs: Int64)
        case wait(nowMs: Int64)
        case notDue
    }

    /// `dueMs` 0: somebody wants to see it.
    func look(_ turn: Turn, dueMs: Int64 = 0) async throws(StoreError) -> Found {
        let reply = try await redis.reply(
            to: scripts[.look],
            keys: [PopularKeys.asked, turn.keys.list, turn.keys.lock],
            [.int(turn.days), .string(turn.signature), .int(limits.countMs), .int(dueMs)]
        )
        let atMs = try reply.integer(1)
        switch try reply.integer(0) {
        case 1 where reply.count == 2: return .notDue
        case 1: return .kept(try PopularList(kept: reply.bytes(2), days: turn.days, atMs: atMs))
        case 2: return .count(atMs: atMs)
        case 3: return .wait(nowMs: atMs)
        case let code: throw .broken("popular_look answered \(code)")
        }
    }

    /// Counts and puts it down for all. Nil: the board does not keep days.
    func count(_ turn: Turn, atMs: Int64) async throws(StoreError) -> PopularList? {
        let list: PopularList?
        do throws(StoreError) {
            list = try await countBoard(turn.days, atMs: atMs)
        } catch {
            try await end(turn, "", "")
            throw error
        }
        guard let list else {
            try await end(turn, "", "")
            return nil
        }
        counts += 1
        try await end(
            turn,
            .int(atMs),
            list.products.isEmpty ? "" : .bytes(list.keptText)
        )
        return list
    }

    private func end(_ turn: Turn, _ at: RedisArgument, _ text: RedisArgument)
        async throws(StoreError)
    {
        _ = try await redis.reply(
            to: scripts[.keep],
            keys: [turn.keys.list, turn.keys.lock],
            [.string(turn.signature), .int(limits.keptMs), at, text]
        )
    }
}
