import Engines
import Redis
import Values

/// A gate in Redis, held against the ledger.
///
/// What was issued never becomes less, so a gate with fewer than the ledger is older, unless the
/// missing ones are just being decided: those numbers are in the gate and undecided. A gate with
/// more, or with later settings, is of another ledger, which a backup has replaced. Both are
/// loaded.
extension CouponStore {
    /// Looks of one comparison: one that finds undecided numbers, one that another's load
    /// overtakes, and some more.
    private static let looksMax = 5
    /// Undecided numbers that are asked about; with more of them the gate is loaded.
    private static let undecidedMax = 1_000

    /// Redis is looked at before the ledger is read: what it has was committed before.
    package func compare(_ id: CouponID) async throws(StoreError) {
        // What was issued before the look.
        var issued: Int64?
        for _ in 1...Self.looksMax {
            let reply = try await redis.reply(to: scripts[.look], keys: keys(of: id).all, [])
            // Whoever needs the gate loads it.
            guard try reply.integer(0) == 1 else { return }
            let gate = try GateReply(reply)
            guard let row = try await ledger.coupon(id) else {
                _ = try await redis.command(["UNLINK"] + keys(of: id).all)
                return
            }
            let isOlder = gate.issued < issued ?? 0  // guard: issued
            if !isOlder, try !row.isForeign(gate) {
                if try gate.integer(0) < row.revision { try await configure(row) }
                if gate.issued >= row.issued || issued != nil { return }
                // The rest may be decided and not told yet, or issued since the look.
                issued = row.issued
                try await settleUndecided(of: id)
                continue
            }
            guard try await load(id, replacing: gate.version.description) else { return }
        }
        throw .unavailable("the gate of \(id) is being loaded by others")
    }

    /// Loads the gate over the state that it has at the call, if nobody changes it meanwhile.
    func loadOver(_ id: CouponID) async throws(StoreError) {
        let reply = try await redis.reply(to: scripts[.look], keys: keys(of: id).all, [])
        guard try reply.integer(0) == 1 else { return }
        _ = try await load(id, replacing: try GateReply(reply).version.description)
    }

    /// Deletes the keys of a gate that cannot be read, and loads it. The ledger decides on numbers
    /// that were undecided. While the ledger itself cannot be read, nothing is deleted.
    func replace(_ id: CouponID) async throws(StoreError) {
        guard try await ledger.coupon(id) != nil else { return }
        _ = try await redis.command(["UNLINK"] + keys(of: id).all)
        _ = try await load(id, replacing: "")
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

extension CouponRow {
    /// Whether a gate that was looked at before this was read is not of this ledger.
    fileprivate func isForeign(_ gate: GateReply) throws(StoreError) -> Bool {
        let itsRevision = try gate.integer(0)
        if gate.issued > issued || itsRevision > revision { return true }  // guard: newer
        guard itsRevision == revision else { return false }
        let found = [gate.quantity, try gate.integer(1), try gate.integer(2)]
        let startsMs = coupon.startsAt?.milliseconds ?? 0
        return found != [coupon.quantity, startsMs, coupon.endsAt?.milliseconds ?? 0]
    }
}
