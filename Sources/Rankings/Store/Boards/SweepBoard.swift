import Engines
import Redis
import Values

extension BoardStore {
    /// Whether the board was held against the ledger since Redis came back.
    func isCompared(_ id: BoardID) -> Bool { comparisons.has(id, in: redis.openings) }

    /// Takes what is older than 24 hours out of a board's rolling list. Every ten minutes by
    /// anybody, and before a reader that finds it undone. A board that Redis has lost, or that is
    /// behind what was seen, is put right at this occasion.
    func sweep(_ id: BoardID) async throws(StoreError) {
        guard try await settings.found(id) != nil else { return }
        guard try await sweepNow(id, slicesMax: .max) == nil else { return }
        try await build(id)
    }

    /// What time it is by Redis's clock. Sweeps on the way.
    func nowMs(of id: BoardID) async throws(StoreError) -> Int64 {
        if let nowMs = try await sweepNow(id, slicesMax: .max) { return nowMs }
        throw .unavailable("Redis has lost the board \(id)")
    }

    /// When that was, by Redis's clock; nil: it does not know the board.
    @discardableResult
    func sweepNow(_ id: BoardID, slicesMax: Int) async throws(StoreError) -> Int64? {
        for _ in 0..<slicesMax {
            if !comparisons.has(id, in: redis.openings) { try await compareOnce(id) }
            let least = progress(of: id)?.cursor ?? 0
            let reply = try await redis.reply(
                to: scripts[.sweep],
                keys: BoardKeys(id).all,
                [.int(limits.slice)]
            )
            guard let reply = try BoardReply(reply) else { return nil }
            if reply.cursor < least { try await catchUp(id, from: reply.cursor, to: least) }
            guard try reply.integer(0) == 1 else { return reply.nowMs }
        }
        throw .unavailable("the last 24 hours of \(id) are being brought up to date")
    }
}
