import Engines
import Redis
import Values

/// A board in Redis, held against the ledger. An older one is given the rest by whoever reads next.
///
/// One whose last event the ledger does not have is of a ledger that a backup has replaced. It
/// shows what is lost, and takes events that get the same numbers for known ones. Redis forgets it,
/// and the next use builds it.
extension BoardStore {
    /// A board in Redis that is not of this ledger.
    struct Foreign {
        /// What the ledger does not know.
        let reason: String
        let cursor: Int64
        let ms: String
        let revision: Int64
    }

    package func compare(_ id: BoardID) async throws(StoreError) {
        try await forgetIfForeign(id)
        note(try await source.delivered(id), of: id)
    }

    /// A list that may be older is better than none.
    package func goesWithoutLedger(_ id: BoardID) -> Bool { true }

    func forgetIfForeign(_ id: BoardID) async throws(StoreError) {
        guard let foreign = try await foreign(id) else { return }
        _ = try await redis.reply(
            to: scripts[.forget],
            keys: BoardKeys(id).all,
            [.int(foreign.cursor), .string(foreign.ms), .int(foreign.revision)]
        )
        forgetProgress(of: id)
    }

    /// Nil: the board is of this ledger, or Redis does not know it. Redis is asked first: what it
    /// has was committed before.
    func foreign(_ id: BoardID) async throws(StoreError) -> Foreign? {
        let fields = try await redis.list("HMGET", BoardKeys(id).meta, "cursor", "ms", "rev")
        guard fields.count == 3, let cursor = fields[0].string.flatMap({ Int64($0) }),
            let revision = fields[2].string.flatMap({ Int64($0) })
        else { return nil }
        let ms = fields[1].string ?? ""
        func foreign(_ reason: String) -> Foreign {
            Foreign(reason: reason, cursor: cursor, ms: ms, revision: revision)
        }
        await settings.forget(id)
        guard let row = try await settings.value(id) else { return nil }
        guard revision <= row.revision else {
            return foreign("Redis has settings \(revision), and the ledger \(row.revision)")
        }
        guard cursor > 0 else { return nil }
        guard let atMs = try await source.instant(cursor) else {
            return foreign("Redis has event \(cursor), and the ledger has not")
        }
        guard ms == "" || ms == "\(atMs)" else {
            return foreign("event \(cursor) is another in Redis than in the ledger")
        }
        return nil
    }
}
