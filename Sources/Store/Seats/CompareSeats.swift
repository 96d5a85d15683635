public import Onsale
import Redis

/// The seats in Redis, held against the ledger. Redis is older when the last event of the outbox
/// that it has of a performance comes before the last one that it was given: then the seats are
/// loaded. What was committed a moment ago and is still on its way is no loss; it is applied, as
/// the relay and whoever sold it do as well.
extension SeatStore {
    /// Reads of one comparison: one that tells what Redis lacks, one that another's load overtakes,
    /// and some more.
    private static let readsMax = 6
    /// Performances of one look at a room: each is two reads of a hash, together 0.5 ms.
    private static let lookMax = 500

    /// A row without a number is applied only to seats that were there before it was read: a later
    /// load has it, with its number or with what became of it.
    func compare(_ id: PerformanceID) async throws(StoreError) {
        var before = seen[id]?.generation
        for _ in 1...Self.readsMax {
            guard let progress = try await source.progress(id) else { return }
            let performance = progress.performance
            let keys = keys(of: performance)
            let reply = try await redis.reply(to: scripts.look, keys: keys.all, [])
            // Whoever needs the seats loads them.
            guard try reply.integer(0) == 1 else { return }
            let found = StateVersion(try reply.integer(1), try reply.integer(2))
            let isOlder = try reply.integer(4) < progress.delivered  // guard: delivered
            if !isOlder, try !Self.hasSettings(of: performance, reply) {
                let settings = SeatFields.settings(of: performance, retainMs: retainMs)
                _ = try await redis.reply(to: scripts.configure, keys: keys.all, settings)
            }
            let isKnown = before == found.generation || !progress.hasUnnumbered
            before = found.generation
            if !isOlder {
                guard isKnown else { continue }
                let ahead = progress.ahead
                if try await applyNow(ahead, keys, asOf: found.generation) { return }
            }
            guard try await load(id, replacing: found.description) != nil else { return }
            before = seen[id]?.generation
        }
        throw .unavailable("the seats of \(id) are being loaded by others")
    }

    private static func hasSettings(of performance: Performance, _ look: ReplyReader)
        throws(StoreError) -> Bool
    {
        let settings = [
            Int64(performance.seats), performance.price, performance.holdSeconds * 1000,
            Int64(performance.maxSeatsPerUser), performance.opening?.milliseconds ?? 0,
        ]
        for (index, value) in settings.enumerated() {
            guard try look.integer(5 + index) == value else { return false }
        }
        return true
    }

    /// Brings what a room in Redis knows of the performances behind it to what the ledger says: one
    /// read, one look for 500 of them, and a load for each that is older.
    public func compare(behind room: RoomID) async throws(StoreError) {
        let progress = try await source.behind(room)
        guard !progress.isEmpty else { return }
        var isStockWhole = true
        for start in stride(from: 0, to: progress.count, by: Self.lookMax) {
            let slice = progress[start..<min(start + Self.lookMax, progress.count)]
            let looks = try await looks(at: slice, behind: room)
            for (progress, look) in zip(slice, looks) {
                let id = progress.stock.performance
                if look.stock == "" { isStockWhole = false }
                if let applied = look.applied {
                    guard applied < progress.delivered || progress.hasAhead else { continue }
                    comparisons.forget(id)
                    try await compareOnce(id)
                } else if look.stock != "", look.stock != progress.stock.text {
                    // Nobody would tell the room before somebody asks for the seats.
                    _ = try await load(id, replacing: "")
                }
            }
        }
        // One load tells the room of all of them that it does not know.
        if !isStockWhole { try await loadOver(progress[0].stock.performance, behind: room) }
    }

    /// Loads a performance's seats over the state that they have at the call, if nobody changes it
    /// meanwhile: then whoever does has loaded them.
    func loadOver(_ id: PerformanceID, behind room: RoomID?) async throws(StoreError) {
        let keys = SeatKeys(id, behind: room)
        let reply = try await redis.reply(to: scripts.look, keys: keys.all, [])
        let isThere = try reply.integer(0) == 1
        let found = isThere ? StateVersion(try reply.integer(1), try reply.integer(2)) : nil
        _ = try await load(id, replacing: found?.description ?? "")
    }

    /// Loads the performances of which a room in Redis knows something else than the ledger.
    func loadStock(behind room: RoomID) async throws(StoreError) {
        for progress in try await source.behind(room) {
            let look = try await looks(at: [progress], behind: room)
            guard let stock = look.first?.stock, stock != "", stock != progress.stock.text else {
                continue
            }
            try await loadOver(progress.stock.performance, behind: room)
        }
    }

    /// How the stock that a room in Redis knows differs from the ledger's; nil: it does not.
    func stockDifference(behind room: RoomID) async throws(StoreError) -> String? {
        let progress = try await source.behind(room)
        for start in stride(from: 0, to: progress.count, by: Self.lookMax) {
            let slice = progress[start..<min(start + Self.lookMax, progress.count)]
            for (progress, look) in zip(slice, try await looks(at: slice, behind: room))
            where look.stock != "" && look.stock != progress.stock.text {
                let unsold = look.stock.prefix { $0 != " " }
                return "\(progress.stock.performance) has \(unsold) seats in Redis and "
                    + "\(progress.stock.unsold) in the ledger"
            }
        }
        return nil
    }

    private func looks(at slice: ArraySlice<StockProgress>, behind room: RoomID)
        async throws(StoreError) -> [(applied: Int64?, stock: String)]
    {
        let keys = slice.map { SeatKeys($0.stock.performance, behind: room) }
        guard let stock = keys.first?.stock else { return [] }
        let reply = try await redis.reply(
            to: scripts.behind,
            keys: [stock] + keys.map(\.seats),
            slice.map { .string($0.stock.performance.raw) }
        )
        var looks: [(applied: Int64?, stock: String)] = []
        for index in 0..<slice.count {
            let applied = try reply.integer(1 + 2 * index)
            let stock = try reply.text(2 + 2 * index)
            looks.append((applied < 0 ? nil : applied, stock))
        }
        return looks
    }

    /// The ledger refused to sell some of `seats`, for they are sold: Redis learns to whom, and the
    /// room what is left. Whether it lacks more is found out before that.
    public func correct(_ seats: [Int], of id: PerformanceID) async throws(StoreError) {
        comparisons.forget(id)
        for _ in 1...Self.readsMax {
            guard let performance = try await source.performance(id),
                let reply = try await run(scripts.look, performance, [])
            else { return }
            // Who has them is read after the comparison, which may load the seats.
            let owners = try await source.owners(seats, id)
            let rows = owners.map { SeatEvent(number: 0, kind: .sold, sale: $0) }
            let generation = try reply.integer(1)
            if try await applyNow(rows, keys(of: performance), asOf: generation) { return }
        }
        throw .unavailable("the seats of \(id) are being loaded by others")
    }
}

extension PerformanceStock {
    /// As `redis/lib/seats.lua` writes it.
    fileprivate var text: String { "\(unsold) \(sold) \(payments)" }
}
