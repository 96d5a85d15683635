import Redis
import Testing
import Values

@testable import Rooms
@testable import TestKit
@testable import TestRooms

/// One random history of a room, played to the scripts and to the model at once.
struct RoomHistory {
    let bed: RoomBed
    let room: RoomID
    private var model: RoomModel
    private var random: SeededRandom
    private var tokens: [String: String] = [:]
    private var sequences: [String: Int64] = [:]
    private var trace: [String] = []

    private let hasLanes: Bool

    private static let users = (0..<24).map { "u\($0)" }
    private static let startMs: Int64 = 1_790_000_000_000

    init(bed: RoomBed, seed: UInt64, lanes hasLanes: Bool = false) throws {
        self.bed = bed
        self.hasLanes = hasLanes
        room = try TestKit.room("model-\(seed)")
        model = RoomModel(nowMs: Self.startMs)
        random = SeededRandom(seed)
    }

    /// Plays `steps` steps; answers how the first difference came about, or nil.
    mutating func play(steps: Int) async throws -> String? {
        try await bed.set(clockMs: model.nowMs)
        var change = RoomChange()
        change.capacity = .some(
            Bool.random(using: &random) ? Int64.random(in: 1...5, using: &random) : nil
        )
        change.rate = .some(
            Bool.random(using: &random) ? Int64.random(in: 1...8, using: &random) : nil
        )
        change.sessionSeconds = Int64.random(in: 5...90, using: &random)
        change.idleSeconds = .some(
            Bool.random(using: &random) ? Int64.random(in: 4...30, using: &random) : nil
        )
        change.graceSeconds = Int64.random(in: 0...60, using: &random)
        if Int.random(in: 0..<4, using: &random) == 0 {
            change.opening = .some(Timestamp(milliseconds: model.nowMs + 20_000))
        }
        try await configure(change)
        if hasLanes { try await makeLanes() }
        // Nobody keeps the ledger up here, and hours pass.
        _ = try await bed.redis.send("HSET", "{r:\(room)}:room", "lease", "9007199254740991")
        for step in 0..<steps {
            if let difference = try await self.step() { return told(step, difference) }
            if step % 10 == 9, let difference = try await stateDifference() {
                return told(step, difference)
            }
        }
        return try await stateDifference().map { told(steps, $0) }
    }

    private func told(_ step: Int, _ difference: String) -> String {
        "\(room) step \(step): \(difference)\n" + trace.suffix(30).joined(separator: "\n")
    }

    private mutating func configure(_ change: RoomChange) async throws {
        trace.append("\(model.nowMs) configure \(change)")
        _ = try await bed.settings.configure(change, of: room)
        model.set(change.applied(to: model.settings))
        model.admit()
    }

    private mutating func anyChange() -> RoomChange {
        var change = RoomChange()
        switch hasLanes ? 3 : Int.random(in: 0..<4, using: &random) {
        case 0: change.idleSeconds = .some(nil)
        case 1: change.idleSeconds = .some(Int64.random(in: 2...30, using: &random))
        default: change.capacity = .some(Int64.random(in: 0...6, using: &random))
        }
        return change
    }

    private mutating func step() async throws -> String? {
        let user = Self.users.randomElement(using: &random) ?? "u0"
        let side = bed.sides.randomElement(using: &random) ?? bed.sides[0]
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<30: return try await enter(user, side)
        case 30..<62: return try await poll(user, side)
        case 62..<68:
            guard let token = tokens[user] else { return nil }
            trace.append("\(model.nowMs) leave \(user)")
            let outcome = try await side.store.leave(ticket: token, user: UserID(user), in: room)
            let expected: EndOutcome = model.leave(user) ? .ended : .wasNotThere
            return outcome == expected ? nil : "leave \(outcome), model \(expected)"
        case 68..<76:
            trace.append("\(model.nowMs) done \(user)")
            let outcome = try await side.store.finish(try TestKit.user(user), in: room)
            let expected: EndOutcome = model.done(user) ? .ended : .wasNotThere
            return outcome == expected ? nil : "done \(outcome), model \(expected)"
        case 76..<80:
            trace.append("\(model.nowMs) tick")
            _ = try await side.keeper.tick(room)
            model.admit()
        case 80..<82:
            try await configure(anyChange())
        case 82..<84:
            let states: [RoomState] = [.open, .open, .open, .paused, .draining, .closed, .soldOut]
            let state = states.randomElement(using: &random) ?? .open
            trace.append("\(model.nowMs) \(state)")
            _ = try await side.settings.set(state, of: room)
            model.state = state
            model.admit()
        case 84..<86 where hasLanes: try await changeLanes()
        default: try await advance()
        }
        return nil
    }

    private static let laneNames = ["vip", "press", "crew"].compactMap(LaneName.init)
    private static func code(_ lane: LaneName) -> String { "code-of-\(lane)" }

    /// All lanes, with a code each.
    private mutating func makeLanes() async throws {
        try await setLanes(Self.laneNames)
        for lane in Self.laneNames {
            let made = try await bed.store.codes.add(
                [Self.code(lane)],
                uses: nil,
                for: lane,
                in: room
            )
            try #require(made == .made([Self.code(lane)]))
        }
    }

    /// Other weights, and mostly a lane more or less, whoever stands in it.
    private mutating func changeLanes() async throws {
        try await setLanes(Self.laneNames.filter { _ in Int.random(in: 0..<4, using: &random) > 0 })
    }

    private mutating func setLanes(_ names: [LaneName]) async throws {
        let named = names.map {
            LanesChange.Lane(name: $0, weight: Int64.random(in: 1...5, using: &random))
        }
        let change = LanesChange(mainWeight: Int64.random(in: 1...5, using: &random), named: named)
        trace.append("\(model.nowMs) lanes \(change)")
        _ = try await bed.settings.decide(room, makes: false) {
            $0.settings.lanes = change.applied(to: $0.settings.lanes)
        }
        model.set(change.applied(to: model.settings.lanes))
        // Each process hears of it with its next look at the room.
        for side in bed.sides { _ = try await side.keeper.tick(room) }
        model.admit()
    }

    /// The clock jumps: mostly a little, sometimes beyond sessions, grace and the memory of the
    /// ended.
    private mutating func advance() async throws {
        let jump: Int64 =
            switch Int.random(in: 0..<20, using: &random) {
            case 0: Int64.random(in: 60_000...120_000, using: &random)
            case 1: Int64.random(in: 1_000_000...4_000_000, using: &random)
            case 2..<10: Int64.random(in: 1...999, using: &random)
            default: Int64.random(in: 1_000...9_000, using: &random)
            }
        model.nowMs += jump
        try await bed.set(clockMs: model.nowMs)
    }

    private mutating func enter(_ user: String, _ side: RoomBed.Side) async throws -> String? {
        let token = Bool.random(using: &random) ? tokens[user] : nil
        trace.append("\(model.nowMs) enter \(user) ticket \(token != nil)")
        var code: LaneCode?
        var newLane: LaneName?
        if hasLanes, Int.random(in: 0..<4, using: &random) == 0 {
            let lane = Self.laneNames.randomElement(using: &random) ?? Self.laneNames[0]
            if model.settings.lanes?[lane] != nil {
                code = LaneCode(Self.code(lane))
                newLane = model.members[user] == lane ? nil : lane
                trace.append("    with a code of \(lane)")
            }
        }
        let outcome = try await side.store.enter(
            try TestKit.user(user),
            ticket: token,
            code: code,
            in: room
        )
        var expected = model.enter(user, hasTicket: token != nil)
        // The place comes first, then the code, then the lane.
        if let newLane, expected.stands {
            model.members[user] = newLane
            expected = model.enter(user, hasTicket: true)
        }
        keep(outcome, of: user)
        return difference(outcome, expected)
    }

    private mutating func poll(_ user: String, _ side: RoomBed.Side) async throws -> String? {
        guard let token = tokens[user] else { return nil }
        trace.append("\(model.nowMs) poll \(user)")
        let outcome = try await side.store.status(ticket: token, user: UserID(user), in: room)
        let expected = model.status(user, ticketSequence: sequences[user] ?? 0)
        keep(outcome, of: user)
        return difference(outcome, expected)
    }

    private mutating func keep(_ outcome: VisitOutcome, of user: String) {
        guard case .visit(let visit) = outcome else { return }
        trace.append("    -> \(visit.standing)")
        tokens[user] = visit.token
        switch visit.standing.state {
        case .waiting, .skipped, .admitted: sequences[user] = visit.standing.sequence
        case .done, .left, .expired: break
        }
    }

    private func difference(_ outcome: VisitOutcome, _ expected: RoomModel.Answer) -> String? {
        let found: RoomModel.Answer
        switch outcome {
        case .closed: found = .closed
        case .soldOut, .soldOutInLine: found = .soldOut
        case .visit(let visit):
            let standing = visit.standing
            switch standing.state {
            case .waiting, .skipped:
                found = .waiting(
                    ahead: Int(standing.ahead ?? -1),
                    pollAfterMs: standing.pollAfterMs ?? -1,
                    hasReturned: standing.state == .skipped
                )
            case .admitted: found = .admitted(hardEndMs: standing.sessionExpiresMs ?? -1)
            case .done, .left, .expired: found = .ended(standing.state)
            }
        default: return "\(outcome), model \(expected)"
        }
        return found == expected ? nil : "\(found), model \(expected)"
    }

    /// Compares who stands where, and what no history may break whatever the model says.
    private func stateDifference() async throws -> String? {
        let line = try await members("waiting")
        if line != model.line.map(\.user) { return "line \(line), model \(model.line.map(\.user))" }
        let inside = try await members("inside").sorted()
        if inside != model.inside.keys.sorted() {
            return "inside \(inside), model \(model.inside.keys.sorted())"
        }
        let skipped = try await members("skipped").sorted()
        if skipped != model.skipped.keys.sorted() {
            return "skipped \(skipped), model \(model.skipped.keys.sorted())"
        }
        guard let report = try await bed.settings.report(room) else { return "the room is gone" }
        let totals = [
            report.admittedTotal, report.doneTotal, report.leftTotal, report.expiredTotal,
        ]
        let expected = [TicketState.admitted, .done, .left, .expired].map { model.totals[$0] ?? 0 }
        return totals == expected ? nil : "totals \(totals), model \(expected)"
    }

    private func members(_ key: String) async throws -> [String] {
        let reply = try await bed.redis.send("ZRANGE", "{r:\(room)}:\(key)", "0", "-1")
        return reply.array?.compactMap(\.string) ?? []
    }
}

extension RoomModel.Answer {
    fileprivate var stands: Bool {
        switch self {
        case .waiting, .admitted: true
        case .closed, .soldOut, .ended: false
        }
    }
}
