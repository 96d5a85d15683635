import Crypto
import Engines
import Redis
import Values

extension SeatStore {
    /// Buyers that one call brings: twice as many arguments, of which Lua unpacks fewer than 8,000.
    private static let buyersSlice = 3_000
    /// How long what an interrupted load has gathered stays.
    private static let stagedMs: Int64 = 60_000

    /// Takes care that Redis knows a performance's seats, and its room what is left of them. False:
    /// there is no such performance.
    func prepare(_ id: PerformanceID) async throws(StoreError) -> Bool {
        try await run(scripts[.map], id, [.int(0), .int(0)]) != nil
    }

    /// Builds the seats from the ledger, whatever Redis knows. Live holds stay. False: there is no
    /// such performance.
    func reload(_ id: PerformanceID) async throws(StoreError) -> Bool {
        try await load(id, replacing: "*") != nil
    }

    /// Loads the seats from the ledger in place of the state `replaced`, "" for none. One load of a
    /// performance at a time. Answers the performance as the ledger knows it.
    func load(_ id: PerformanceID, replacing replaced: String) async throws(StoreError)
        -> Performance?
    {
        try await loads.value(id) { () async throws(StoreError) in
            try await self.loadNow(id, replacing: replaced)
        }
    }

    private func loadNow(_ id: PerformanceID, replacing replaced: String)
        async throws(StoreError) -> Performance?
    {
        let loading = Loading("performance", id.raw, isOlder: replaced != "", on: loop)
        guard let state = try await source.load(id) else { return nil }
        let performance = state.performance
        let keys = keys(of: performance)
        let staged = keys.staged(Base64URL.encodeString(SecureRandom.bytes(9)))
        let picture = SeatPicture(state)
        var rest = Array(picture.buyers)[...]
        while !rest.isEmpty {
            var arguments: [RedisArgument] = [.int(Self.stagedMs)]
            for (user, seats) in rest.prefix(Self.buyersSlice) {
                arguments += [.string(user), .int(seats)]
            }
            rest = rest.dropFirst(Self.buyersSlice)
            _ = try await redis.reply(to: scripts[.stage], keys: [staged], arguments)
        }
        var arguments: [RedisArgument] = [
            .string(replaced), .int((seen[id]?.generation ?? 0) + 1), .string(id.raw),
        ]
        arguments += SeatFields.settings(of: performance, retainMs: retainMs)
        arguments += [
            .int(performance.room == nil ? 0 : 1), .int(state.cursor), .int(state.cursorMs),
            .int(picture.sold), .int(picture.payments), .bytes(picture.states),
            .bytes(picture.owners),
        ]
        let siblings = state.roomStock.filter { $0.performance != id }
        arguments.append(.int(siblings.count))
        for stock in siblings {
            arguments += [
                .string(stock.performance.raw), .int(stock.unsold), .int(stock.sold),
                .int(stock.payments),
            ]
        }
        arguments += state.cancelledAhead.map { .string($0) }
        let reply = try await redis.reply(
            to: scripts[.load],
            keys: keys.all + [staged],
            arguments
        )
        seen.note(StateVersion(try reply.integer(1), try reply.integer(2)), of: id)
        loading.ended([("sold", "\(picture.sold)")])
        return performance
    }
}

/// The settings that the scripts take, in their order.
enum SeatFields {
    static func settings(of performance: Performance, retainMs: Int64) -> [RedisArgument] {
        let openingMs = performance.opening?.milliseconds ?? 0
        // A day that cannot be read does not end.
        let overMs = Timestamp.overMs(performance.date)
        return [
            .int(performance.seats), .int(performance.price), .int(performance.holdSeconds * 1000),
            .int(performance.maxSeatsPerUser), .int(openingMs),
            .int(overMs == nil ? 0 : retainMs), .int(max(openingMs, overMs ?? 0)),
        ]
    }
}
