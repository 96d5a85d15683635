import Engines
import Redis
import Values

/// The seats in Redis, held against the ledger.
///
/// They are older when the last event of the outbox that Redis has of a performance comes before
/// the last one that it was given. They are of another ledger, which a backup has replaced, when
/// the ledger does not have that event, or when what is sold cannot be what the ledger says. In
/// both cases they are loaded. What was committed a moment ago and is still on its way is no loss;
/// it is applied, as the relay and whoever sold it do as well.
extension SeatStore {
    /// Reads of one comparison: one that tells what Redis lacks, one that another's load overtakes,
    /// and some more.
    private static let readsMax = 6
    /// Performances of one look at a room: each is two reads of a hash, together 0.5 ms.
    private static let lookMax = 500

    /// Redis is looked at before the ledger is read: what it has was committed before. A row
    /// without a number is applied only to the seats of that look: a later load has it, with its
    /// number or with what became of it.
    package func compare(_ id: PerformanceID) async throws(StoreError) {
        guard var performance = try await source.performance(id) else { return }
        // What was brought to Redis before the look.
        var delivered: Int64?
        for _ in 1...Self.readsMax {
            let keys = keys(of: performance)
            let reply = try await redis.reply(to: scripts[.look], keys: keys.all, [])
            let look = try SeatLook(reply)
            guard let progress = try await source.progress(id, look?.cursor ?? 0) else { return }
            if progress.performance.room != performance.room {
                performance = progress.performance
                continue
            }
            performance = progress.performance
            // Whoever needs the seats loads them.
            guard let look else { return }
            let isBehind = look.cursor < progress.delivered
            guard !isBehind || delivered != nil else {
                // It may have been brought since the look.
                delivered = progress.delivered
                continue
            }
            let isOlder = look.cursor < delivered ?? 0  // guard: delivered
            if !isOlder, !progress.isForeign(look) {
                if try !Self.hasSettings(of: performance, reply) {
                    let settings = SeatFields.settings(of: performance, retainMs: retainMs)
                    _ = try await redis.reply(to: scripts[.configure], keys: keys.all, settings)
                }
                let version = look.version
                if try await applyNow(progress.ahead, keys, asOf: version.generation) { return }
            }
            let loaded = try await load(id, replacing: look.version.description)
            guard loaded != nil else { return }
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
    func compare(behind room: RoomID) async throws(StoreError) {
        try await dropStrangers(behind: room)
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
                    let isTold = look.stock == "" || look.stock == progress.stock.text
                    let isBehind = applied < progress.delivered || progress.hasAhead
                    guard isBehind || !isTold else { continue }
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
        let reply = try await redis.reply(to: scripts[.look], keys: keys.all, [])
        let isThere = try reply.integer(0) == 1
        let found = isThere ? StateVersion(try reply.integer(1), try reply.integer(2)) : nil
        _ = try await load(id, replacing: found?.description ?? "")
    }

    /// Deletes the keys of seats that cannot be read, and loads the seats. Whoever held some has a
    /// token to pay with. While the ledger itself cannot be read, nothing is deleted.
    func replace(_ id: PerformanceID, behind room: RoomID?) async throws(StoreError) {
        guard try await source.load(id) != nil else { return }
        _ = try await redis.command(["UNLINK"] + SeatKeys(id, behind: room).own.map(\.key))
        _ = try await load(id, replacing: "")
    }

    /// Deletes the stock of a room that cannot be read, and loads it. While the ledger cannot be
    /// read either, nothing is deleted.
    func replaceStock(behind room: RoomID) async throws(StoreError) {
        let behind = try await source.behind(room)
        _ = try await redis.command("UNLINK", SeatKeys.stock(of: room))
        for progress in behind {
            try await loadOver(progress.stock.performance, behind: room)
        }
    }

    /// Loads the performances of which a room in Redis knows something else than the ledger.
    func loadStock(behind room: RoomID) async throws(StoreError) {
        try await dropStrangers(behind: room)
        for progress in try await source.behind(room) {
            let look = try await looks(at: [progress], behind: room)
            guard let stock = look.first?.stock, stock != "", stock != progress.stock.text else {
                continue
            }
            try await loadOver(progress.stock.performance, behind: room)
        }
    }

    private func dropStrangers(behind room: RoomID) async throws(StoreError) {
        for name in try await strangers(behind: room) {
            let keys = SeatKeys(name, behind: room)
            _ = try await redis.reply(to: scripts[.drop], keys: keys.all, [.string(name.raw)])
        }
    }

    /// Performances that a room in Redis counts, and of which the ledger does not know that they
    /// are behind it: a backup has replaced one that did. Redis is asked first: what it has was
    /// committed before.
    private func strangers(behind room: RoomID) async throws(StoreError) -> [PerformanceID] {
        let found = try await redis.list("HKEYS", SeatKeys.stock(of: room))
        guard !found.isEmpty else { return [] }
        let progress = try await source.behind(room)
        // With more of them than are read, one that was not read is no stranger.
        guard progress.count < SeatLedger.behindRoomMax else { return [] }
        let known = Set(progress.map(\.stock.performance))
        return found.compactMap { $0.string.flatMap(PerformanceID.init) }
            .filter { !known.contains($0) }
    }

    /// How the stock that a room in Redis knows differs from the ledger's; nil: it does not.
    func stockDifference(behind room: RoomID) async throws(StoreError) -> String? {
        if let stranger = try await strangers(behind: room).first {
            return "\(stranger) is behind it in Redis only"
        }
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
            to: scripts[.behind],
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
    package func correct(_ seats: [Int], of id: PerformanceID) async throws(StoreError) {
        comparisons.forget(id)
        for _ in 1...Self.readsMax {
            guard let performance = try await source.performance(id),
                let reply = try await run(scripts[.look], performance, [])
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

/// How far the seats in Redis are.
private struct SeatLook {
    let version: StateVersion
    /// The last event that was applied, and when that was decided, ms; 0: unknown.
    let cursor: Int64
    let cursorMs: Int64
    let sold: Int
    let payments: Int

    /// Nil: Redis does not know the seats.
    init?(_ reply: ReplyReader) throws(StoreError) {
        guard try reply.integer(0) == 1 else { return nil }
        version = StateVersion(try reply.integer(1), try reply.integer(2))
        cursor = try reply.integer(4)
        sold = Int(try reply.integer(10))
        payments = Int(try reply.integer(11))
        cursorMs = try reply.integer(12)
    }
}

extension SeatProgress {
    /// Whether the seats of a look before this read are not of this ledger. Of what is on its way
    /// they may have any part; all else that was committed they have.
    fileprivate func isForeign(_ look: SeatLook) -> Bool {
        if look.cursor > 0 {
            guard let cursorMs else { return true }  // guard: event
            if look.cursorMs > 0, cursorMs > 0, look.cursorMs != cursorMs { return true }
        }
        // Something may have been brought to Redis between the look and the read.
        guard let stock, look.cursor >= delivered else { return false }
        let open = ahead.filter { $0.number == 0 || $0.number > look.cursor }
        let sales = open.filter { $0.kind == .sold }.map(\.sale.seats.count)
        let cancels = open.filter { $0.kind == .freed }.map(\.sale.seats.count)
        let sold = stock.sold - sales.reduce(0, +)...stock.sold + cancels.reduce(0, +)
        let payments = stock.payments - sales.count...stock.payments + cancels.count
        return !sold.contains(look.sold) || !payments.contains(look.payments)  // guard: sold
    }
}

extension PerformanceStock {
    /// As `redis/lib/seats.lua` writes it.
    fileprivate var text: String { "\(unsold) \(sold) \(payments)" }
}
