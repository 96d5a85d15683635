import Onsale
import Redis

/// A gate in Redis, held against the ledger. What was issued never becomes less, so a gate with
/// fewer than the ledger is older, unless the missing ones are just being decided: those numbers
/// are in the gate and undecided.
extension CouponStore {
    /// Looks of one comparison: one that finds undecided numbers, one that another's load
    /// overtakes, and some more.
    private static let looksMax = 5
    /// Undecided numbers that are asked about; with more of them the gate is loaded.
    private static let undecidedMax = 1_000

    func compare(_ id: CouponID) async throws(StoreError) {
        guard let row = try await ledger.coupon(id) else { return }
        for look in 1...Self.looksMax {
            let reply = try await redis.reply(to: scripts.look, keys: keys(of: id).all, [])
            // Whoever needs the gate loads it.
            guard try reply.integer(0) == 1 else { return }
            let gate = try GateReply(reply)
            if try gate.integer(0) < row.revision { try await configure(row) }
            if gate.issued >= row.issued { return }  // guard: issued
            let undecided = try gate.integer(3)
            if look == 1, gate.issued + undecided >= row.issued {
                try await settleUndecided(of: id)
                continue
            }
            guard try await load(id, replacing: gate.version.description) else { return }
        }
        throw .unavailable("the gate of \(id) is being loaded by others")
    }

    /// Loads the gate over the state that it has at the call, if nobody changes it meanwhile.
    func loadOver(_ id: CouponID) async throws(StoreError) {
        let reply = try await redis.reply(to: scripts.look, keys: keys(of: id).all, [])
        guard try reply.integer(0) == 1 else { return }
        _ = try await load(id, replacing: try GateReply(reply).version.description)
    }

    /// Tells the gate which of its undecided numbers the ledger has issued. The others are still
    /// being decided.
    private func settleUndecided(of id: CouponID) async throws(StoreError) {
        let users = try await redis.list(
            "ZRANGE",
            keys(of: id).undecided,
            "0",
            String(Self.undecidedMax - 1)
        )
        let asked = users.compactMap(\.string).map {
            Decision(verdict: .returned, user: $0, number: 0)
        }
        try await settleNow(try await ledger.claims(of: id, about: asked), of: id)
    }
}
