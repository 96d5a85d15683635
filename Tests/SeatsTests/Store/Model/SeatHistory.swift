import Redis
import Values

@testable import Rooms
@testable import Seats
@testable import TestKit

/// One random history of a performance's seats, played to the scripts and to the model at once.
/// Processes die between the ledger and Redis, rows of the outbox come late and again, the clock
/// jumps, Redis is emptied.
struct SeatHistory {
    let bed: SeatBed
    let id: PerformanceID
    private var model: SeatModel
    private var random: SeededRandom
    private var tokens: [(hold: SealedHold, token: String, madeIn: Int)] = []
    /// Settled or freed since the last loss, to be sent again.
    private var settled: [(hold: SealedHold, payment: String)] = []
    private var freed: [SeatSale] = []
    private var payments = 0
    private var trace: [String] = []

    private static let users = (0..<6).map { "u\($0)" }

    init(bed: SeatBed, seed: UInt64) throws {
        self.bed = bed
        random = SeededRandom(seed)
        let room = Bool.random(using: &random) ? try TestKit.room("seats-\(seed)") : nil
        let seats = Int.random(in: 3...12, using: &random)
        id = try bed.performance("p-\(seed)", seats: seats, room: room)
        guard var performance = bed.book.performance(id) else {
            throw SeatBedError(what: "no performance")
        }
        performance.holdSeconds = Int64.random(in: 10...100, using: &random)
        performance.maxSeatsPerUser = Int.random(in: 2...5, using: &random)
        if Int.random(in: 0..<4, using: &random) == 0 {
            performance.opening = Timestamp(milliseconds: SeatBed.startMs + 15_000)
        }
        bed.book.put(performance)
        model = SeatModel(nowMs: SeatBed.startMs, performance: performance)
    }

    /// Plays `steps` steps; answers how the first difference came about, or nil.
    mutating func play(steps: Int) async throws -> String? {
        try await bed.set(clockMs: model.nowMs)
        try await makeRoom()
        for step in 0..<steps {
            if let difference = try await self.step() { return told(step, difference) }
            if let difference = try await stateDifference() { return told(step, difference) }
        }
        return try await endDifference().map { told(steps, $0) }
    }

    private func told(_ step: Int, _ difference: String) -> String {
        "\(id) step \(step): \(difference)\n" + trace.suffix(40).joined(separator: "\n")
    }

    /// As much of a room as the seats look at; everybody but the last user is inside.
    private mutating func makeRoom() async throws {
        guard let room = model.performance.room else { return }
        let keys = RoomKeys(room).all
        _ = try await bed.redis.send(
            "HSET",
            keys[0],
            "gen",
            "1",
            "state",
            "open",
            "recover",
            "0",
            "ver",
            "1",
            "rev",
            "1"
        )
        for user in Self.users.dropLast() {
            let ends = model.nowMs + Int64.random(in: 20_000...400_000, using: &random)
            model.inside[user] = ends
            _ = try await bed.redis.send("ZADD", keys[2], String(ends), user)
        }
    }

    private mutating func step() async throws -> String? {
        let store = bed.stores.randomElement(using: &random) ?? bed.store
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<28: return try await hold(store)
        case 28..<34: return try await release(store)
        case 34..<52: return try await fence(store)
        case 52..<66: return try await pay(store)
        case 66..<72: try await cancel(store)
        case 72..<76: try await repeatOne(store)
        case 76..<84: try await relay(store)
        case 84..<97: try await advance()
        case 97: try await grow(store)
        default: try await lose(store)
        }
        return nil
    }

    /// Before every call: a script that finds nothing loads what the ledger says now.
    private mutating func loadModel() {
        guard !model.isLoaded, let state = bed.book.state(id) else { return }
        model.load(state, keepingHolds: false)
        trace.append("   loaded")
    }

    private mutating func hold(_ store: SeatStore) async throws -> String? {
        let user = Self.users.randomElement(using: &random) ?? "u0"
        let count = Int.random(in: 1...3, using: &random)
        let last = model.performance.seats + (Int.random(in: 0..<12, using: &random) == 0 ? 1 : 0)
        let wanted = Set((0..<count).map { _ in Int.random(in: 1...last, using: &random) }).sorted()
        trace.append("\(model.nowMs) hold \(user) \(wanted)")
        loadModel()
        let outcome = try await store.hold(wanted, of: id, for: try TestKit.user(user))
        var name = "-"
        if case .held(let hold) = outcome, let sealed = await store.open(hold.token) {
            tokens.append((sealed, hold.token, model.generation))
            name = sealed.id
        }
        let expected = model.hold(name, wanted, user)
        trace.append("   \(name) \(outcome)")
        if case .held(let hold) = outcome {
            return expected == nil && hold.expiresMs == model.holds[name]?.endsMs
                ? nil : "held, model \(String(describing: expected))"
        }
        return outcome == expected ? nil : "\(outcome), model \(String(describing: expected))"
    }

    private mutating func release(_ store: SeatStore) async throws -> String? {
        guard let known = tokens.suffix(8).randomElement(using: &random) else { return nil }
        trace.append("\(model.nowMs) release \(known.hold.id)")
        loadModel()
        let outcome = try await store.release(known.token, for: known.hold.user)
        let expected = model.release(known.hold.id)
        return outcome == expected ? nil : "released \(outcome), model \(expected)"
    }

    private mutating func fence(_ store: SeatStore) async throws -> String? {
        guard let known = tokens.suffix(8).randomElement(using: &random) else { return nil }
        loadModel()
        let outcome = try await store.fence(known.hold)
        let expected = model.fence(known.hold, madeIn: known.madeIn)
        trace.append("\(model.nowMs) fence \(known.hold.id) \(outcome)")
        let same = expected.map { FenceOutcome.fenced(untilMs: $0) } ?? .over
        return outcome == same ? nil : "fence \(outcome), model \(same)"
    }

    /// Pays one of the last holds that are fenced, and dies now and then.
    private mutating func pay(_ store: SeatStore) async throws -> String? {
        let fenced = tokens.suffix(12).filter { (model.holds[$0.hold.id]?.fences ?? 0) > 0 }
        guard let known = fenced.randomElement(using: &random) else { return nil }
        payments += 1
        let payment = "pay-\(id)-\(payments)"
        let isPaid = bed.book.pay(known.hold, as: payment)
        let dies = Int.random(in: 0..<4, using: &random) == 0
        trace.append("\(model.nowMs) pay \(known.hold.id) \(payment) \(isPaid), dies \(dies)")
        if dies { return nil }
        loadModel()
        if isPaid {
            try await store.settle(known.hold, as: payment)
            model.settle(known.hold.id, sale(known.hold, payment))
            settled.append((known.hold, payment))
        } else {
            try await store.unfence(known.hold)
            model.unfence(known.hold.id)
        }
        return nil
    }

    private mutating func cancel(_ store: SeatStore) async throws {
        let mine = bed.book.payments().filter { $0.hasPrefix("pay-\(id)-") }
        guard let payment = mine.randomElement(using: &random),
            let sale = bed.book.cancel(payment)
        else { return }
        let dies = Int.random(in: 0..<4, using: &random) == 0
        trace.append("\(model.nowMs) cancel \(payment), dies \(dies)")
        if dies { return }
        loadModel()
        try await store.free(sale)
        model.free(sale)
        freed.append(sale)
    }

    private mutating func repeatOne(_ store: SeatStore) async throws {
        loadModel()
        if let late = settled.randomElement(using: &random), Bool.random(using: &random) {
            trace.append("\(model.nowMs) settle again \(late.payment)")
            try await store.settle(late.hold, as: late.payment)
            model.settle(late.hold.id, sale(late.hold, late.payment))
        } else if let sale = freed.randomElement(using: &random) {
            trace.append("\(model.nowMs) free again \(sale.payment)")
            try await store.free(sale)
            model.free(sale)
        }
    }

    /// The relay numbers rows and applies them, sometimes from an older place again.
    private mutating func relay(_ store: SeatStore) async throws {
        let before = bed.book.numbered
        bed.book.number(Int.random(in: 0...4, using: &random))
        let first = max(1, before + 1 - Int.random(in: 0...6, using: &random))
        let events = bed.book.events(of: id, from: first)
        guard !events.isEmpty else { return }
        trace.append("\(model.nowMs) apply \(events.map { "\($0.number)\($0.kind)" })")
        loadModel()
        try await store.apply(events, of: id)
        model.apply(events)
    }

    private mutating func advance() async throws {
        var jump: Int64 =
            switch Int.random(in: 0..<10, using: &random) {
            case 0: Int64.random(in: 30_000...120_000, using: &random)
            case 1..<5: Int64.random(in: 1...999, using: &random)
            default: Int64.random(in: 1_000...9_000, using: &random)
            }
        // Now and then to the edge of a hold.
        if let edge = model.holds.values.map(\.overAtMs).min(), Bool.random(using: &random) {
            jump = max(1, edge - model.nowMs + Int64.random(in: -1...1, using: &random))
        }
        model.nowMs += jump
        try await bed.set(clockMs: model.nowMs)
    }

    private mutating func grow(_ store: SeatStore) async throws {
        var performance = model.performance
        let former = performance
        performance.seats += Int.random(in: 0...2, using: &random)
        trace.append("\(model.nowMs) grow to \(performance.seats)")
        bed.book.put(performance)
        loadModel()
        try await store.configure(performance, former: former)
        model.grow(to: performance.seats)
        model.sweep()
    }

    private mutating func lose(_ store: SeatStore) async throws {
        if Bool.random(using: &random) {
            trace.append("\(model.nowMs) FLUSHALL")
            try await bed.flush(clockMs: model.nowMs)
            model.lose()
            settled = []
            try await makeRoom()
        } else if model.isLoaded, let state = bed.book.state(id) {
            trace.append("\(model.nowMs) reload")
            _ = try await store.reload(id)
            model.load(state, keepingHolds: true)
            settled = []
        }
    }

    private func sale(_ hold: SealedHold, _ payment: String) -> SeatSale {
        SeatSale(payment: payment, performance: id, user: hold.user, seats: hold.seats)
    }

    private mutating func stateDifference() async throws -> String? {
        loadModel()
        let found = try await bed.states(id, by: Int.random(in: 0..<2, using: &random))
        model.sweep()
        if found != model.states { return "map \(found), model \(model.states)" }
        guard let report = try await bed.store.report(id) else { return "no report" }
        if report.buyers != model.buyers { return "\(report.buyers), model \(model.buyers)" }
        if report.sold != model.sold.count { return "sold \(report.sold)" }
        if Set(report.holds.map(\.id)) != Set(model.holds.keys) { return "other holds" }
        guard let room = model.performance.room else { return nil }
        let fields = try await bed.redis.send("HMGET", RoomKeys(room).all[0], "unsold", "state")
        let unsold = model.seats.count - model.sold.count
        let expected = [String(unsold), model.roomState.rawValue]
        let told = fields.array?.map { $0.string ?? "-" } ?? []
        return told == expected ? nil : "room \(told), model \(expected)"
    }

    /// When all rows have been applied and all holds are over, Redis says what the ledger says.
    private mutating func endDifference() async throws -> String? {
        let sold = bed.book.sold(of: id)
        bed.book.number(.max - bed.book.numbered)
        try await bed.store.apply(bed.book.events(of: id), of: id)
        try await bed.set(clockMs: model.nowMs + 200_000)
        let map = try await bed.states(id)
        let expected = (1...map.utf8.count).map { sold.contains($0) ? "s" : "f" }.joined()
        return map == expected ? nil : "at the end \(map), the ledger \(expected)"
    }
}
