import Engines
import Redis
import Values

/// Whether a hold may be paid now.
package enum FenceOutcome: Sendable, Equatable {
    /// Nobody else gets its seats before this instant of Redis's clock, ms; nobody gets them before
    /// `unfence` or `settle` sooner.
    case fenced(untilMs: Int64)
    /// Ended, given back, or settled already. Whether it was paid, the ledger knows.
    case over
    case unknownPerformance
}

extension SeatStore {
    /// Keeps a hold's seats while it is being paid, 30 s at most. One whose state Redis has lost is
    /// taken again if its time is not over and its seats are free.
    ///
    /// Several attempts to pay one hold may be under way: each fences and unfences.
    package func fence(_ hold: SealedHold) async throws(StoreError) -> FenceOutcome {
        // A hold of a later generation than Redis knows tells that Redis is older than it was.
        seen.note(StateVersion(hold.generation, 0), of: hold.performance)
        let reply = try await run(
            scripts[.fence],
            hold.performance,
            [
                .string(hold.id), .string(hold.user.raw), .string(Self.list(hold.seats)),
                .int(hold.expiresMs), .int(hold.generation),
            ]
        )
        guard let reply else { return .unknownPerformance }
        return try reply.integer(4) == 1 ? .fenced(untilMs: try reply.integer(5)) : .over
    }

    /// An attempt to pay was refused: the hold goes back to its own end.
    package func unfence(_ hold: SealedHold) async throws(StoreError) {
        _ = try await run(scripts[.unfence], hold.performance, [.string(hold.id)])
    }

    /// The ledger has sold a hold's seats as `payment`. Again changes nothing. Answers how many
    /// seats are unsold; nil: there is no such performance.
    @discardableResult
    package func settle(_ hold: SealedHold, as payment: String) async throws(StoreError) -> Int? {
        let reply = try await run(
            scripts[.settle],
            hold.performance,
            [
                .string(hold.id), .string(payment), .bytes(SeatPicture.owner(of: payment)),
                .string(hold.user.raw), .string(Self.list(hold.seats)),
            ]
        )
        return try reply.map { reply throws(StoreError) in Int(try reply.integer(4)) }
    }

    /// The ledger has cancelled a payment. Again changes nothing. Answers how many seats are
    /// unsold; nil: there is no such performance.
    @discardableResult
    package func free(_ sale: SeatSale) async throws(StoreError) -> Int? {
        let reply = try await run(
            scripts[.free],
            sale.performance,
            [
                .string(sale.payment), .bytes(SeatPicture.owner(of: sale.payment)),
                .string(sale.user.raw), .string(Self.list(sale.seats)),
            ]
        )
        return try reply.map { reply throws(StoreError) in Int(try reply.integer(4)) }
    }

    /// Rows of the outbox that one call applies: 100 of 100 seats each took 45 ms, measured on two
    /// busy cores; rows are usually of one to four.
    private static let eventsSlice = 100

    /// Takes over what the outbox tells of one performance, in the order of the numbers; all rows
    /// have one. Again, or after `settle` and `free` did the same, changes nothing.
    func apply(_ events: [SeatEvent], of id: PerformanceID) async throws(StoreError) {
        var rest = events[...]
        while !rest.isEmpty {
            let arguments = Self.arguments(rest.prefix(Self.eventsSlice), asOf: 0)
            rest = rest.dropFirst(Self.eventsSlice)
            guard try await run(scripts[.apply], id, arguments) != nil else { return }
        }
    }

    private static func arguments(_ events: ArraySlice<SeatEvent>, asOf generation: Int64)
        -> [RedisArgument]
    {
        let last = events.last { $0.number > 0 }
        var arguments: [RedisArgument] = [.int(generation), .int(last?.atMs ?? 0)]
        for event in events {
            arguments += [
                .int(event.number), event.kind == .sold ? "s" : "f",
                .string(event.sale.payment),
                .bytes(SeatPicture.owner(of: event.sale.payment)),
                .string(event.sale.user.raw), .string(list(event.sale.seats)),
            ]
        }
        return arguments
    }

    /// As `apply`, once, for whoever compares: also rows without a number, read after Redis had the
    /// seats of `generation`. False: Redis does not have those seats.
    func applyNow(_ events: [SeatEvent], _ keys: SeatKeys, asOf generation: Int64)
        async throws(StoreError) -> Bool
    {
        var rest = events[...]
        while !rest.isEmpty {
            let slice = rest.prefix(Self.eventsSlice)
            let arguments = Self.arguments(slice, asOf: generation)
            rest = rest.dropFirst(Self.eventsSlice)
            let reply = try await redis.reply(to: scripts[.apply], keys: keys.all, arguments)
            guard try reply.integer(0) == 1 else { return false }
        }
        return true
    }
}
