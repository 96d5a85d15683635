import Crypto
import Engines
import Redis
import Values

extension CouponStore {
    /// Claims that are read and brought at once: twice as many arguments, of which Lua unpacks
    /// fewer than 8,000.
    private static let slice = 3_000
    /// How long what an interrupted load has gathered stays.
    private static let stagedMs: Int64 = 60_000

    /// Builds the gate from the ledger in place of the state `replaced`, "" for none. One load of a
    /// coupon at a time. False: there is no such coupon.
    func load(_ id: CouponID, replacing replaced: String) async throws(StoreError) -> Bool {
        try await loads.value(id) { () async throws(StoreError) in
            try await self.loadNow(id, replacing: replaced)
        }
    }

    private func loadNow(_ id: CouponID, replacing replaced: String) async throws(StoreError)
        -> Bool
    {
        let loading = Loading("coupon", id.raw, isOlder: replaced != "", on: loop)
        // The settings first: what is issued after this snapshot is put right by its own decision.
        guard let row = try await ledger.coupon(id) else { return false }
        let keys = keys(of: id)
        let staged = keys.staged(Base64URL.encodeString(SecureRandom.bytes(9)))
        var issued: Int64 = 0
        var highest: Int64 = 0
        var isMore = true
        while isMore {
            let claims = try await ledger.claims(of: id, after: highest, limit: Self.slice)
            isMore = claims.count == Self.slice
            issued += Int64(claims.count)
            try await stage(claims, above: highest, staged)
            highest = claims.last?.number ?? highest
        }
        let least = (seen[id]?.generation ?? 0) + 1
        let arguments: [RedisArgument] =
            [.string(replaced), .int(least)] + row.gateSettings(retainMs)
            + [.int(issued), .int(highest)]
        let reply = try await redis.reply(to: scripts[.load], keys: keys.all + staged, arguments)
        // {0}: somebody has built it and lost it meanwhile.
        if try reply.integer(0) == 1 { seen.note(try GateReply(reply).version, of: id) }
        loading.ended([("issued", "\(issued)")])
        return true
    }

    private func stage(_ claims: [Decision], above highest: Int64, _ keys: [String])
        async throws(StoreError)
    {
        var users: [RedisArgument] = []
        var missing: [RedisArgument] = []
        var last = highest
        for claim in claims {
            users += [.string(claim.user), .int(claim.number)]
            while last + 1 < claim.number {
                last += 1
                missing.append(.int(last))
            }
            last = claim.number
        }
        repeat {
            let holes = missing.prefix(Self.slice)
            missing.removeFirst(holes.count)
            _ = try await redis.reply(
                to: scripts[.stage],
                keys: keys,
                [.int(Self.stagedMs), .int(users.count / 2)] + users + holes
            )
            users = []
        } while !missing.isEmpty
    }
}

extension CouponRow {
    /// The settings that the scripts take, in their order.
    func gateSettings(_ retainMs: Int64) -> [RedisArgument] {
        [
            .int(revision), .int(coupon.quantity), .int(coupon.startsAt?.milliseconds ?? 0),
            .int(coupon.endsAt?.milliseconds ?? 0), .int(retainMs),
        ]
    }
}
