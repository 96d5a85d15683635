import Glibc
import Values

@testable import Rooms
@testable import TestKit

/// A room in virtual time: visitors arrive, poll, leave or vanish, are admitted by capacity and
/// rate, stay and go; each is told by a `WaitForecaster` how long it will take, and the truth is
/// compared. A pure function of scene and seed.
struct LineSimulation {
    enum Stay {
        case exponential(meanS: Double)
        /// Evenly within `spreadS` around the mean: who came together goes together.
        case about(meanS: Double, spreadS: Double)
    }

    enum Act {
        case pause, resume
        case capacity(Int64?)
        case rate(Int64?)
    }

    struct Scene {
        var name: String
        var seconds = 300.0
        var capacity: Int64?
        var rate: Int64?
        /// Come in the first ten seconds, and then so many a second.
        var atOnce = 0
        var perS = 0.0
        /// Part that says goodbye, and part that is just not there any more.
        var leavers = 0.0
        var vanishing = 0.0
        var stay = Stay.exponential(meanS: 5)
        var acts: [(atS: Double, act: Act)] = []
        /// What the forecaster is told of who has had their turn.
        var tellsTruth = true
    }

    struct Outcome {
        var told = 0
        var withinMin = 0
        var withinMax = 0
        var withoutEstimate = 0
        var reasons: [EstimateReason: Int] = [:]

        var partMin: Double { Double(withinMin) / Double(max(1, told)) }
        var partMax: Double { Double(withinMax) / Double(max(1, told)) }
    }

    private struct Visitor {
        enum State { case waiting, inside, gone }

        var arriveMs: Int64
        var sequence: Int64
        var state = State.waiting
        var absentMs: Int64
        var pollsLeft = Int.max
        var isVanishing = false
        var told: [(atMs: Int64, estimate: WaitEstimate)] = []
    }

    private static let stepMs: Int64 = 100
    private static let startMs: Int64 = 1_800_000_000_000

    private let scene: Scene
    private var random: SeededRandom
    private var visitors: [Visitor] = []
    /// Indices of those that wait, the head first.
    private var line: [Int] = []
    private var polls: [Int64: [Int]] = [:]
    private var ends: [Int64] = []
    private var recent: [(atMs: Int64, admitted: Int64, passed: Int64)] = []
    private var room = RoomOutflow(atMs: startMs, state: .open, startMs: 0)
    private var quits: Int64 = 0
    private var forecaster: WaitForecaster
    private var outcome = Outcome()

    static func run(_ scene: Scene, seed: UInt64) -> Outcome {
        var simulation = LineSimulation(scene, seed: seed)
        simulation.run()
        return simulation.outcome
    }

    private init(_ scene: Scene, seed: UInt64) {
        self.scene = scene
        random = SeededRandom(seed)
        room.capacity = scene.capacity
        room.rate = scene.rate
        room.sessionMs = 60_000
        forecaster = WaitForecaster(room)
    }

    private mutating func run() {
        var arrivals = arrivalsMs()[...]
        var acts = scene.acts[...]
        for nowMs in stride(from: Int64(0), to: Int64(scene.seconds * 1000), by: Int(Self.stepMs)) {
            while let next = acts.first, Int64(next.atS * 1000) <= nowMs {
                acts.removeFirst()
                perform(next.act)
            }
            while let next = arrivals.first, next <= nowMs {
                arrivals.removeFirst()
                arrive(next, nowMs)
            }
            admit(nowMs)
            ask(nowMs)
        }
    }

    private mutating func arrivalsMs() -> [Int64] {
        var all = (0..<scene.atOnce).map { _ in Int64(random.unit() * 10_000) }
        var atS = random.exponential(1 / max(scene.perS, 1e-9))
        while atS < scene.seconds {
            all.append(Int64(atS * 1000))
            atS += random.exponential(1 / scene.perS)
        }
        return all.sorted()
    }

    private mutating func perform(_ act: Act) {
        switch act {
        case .pause: room.state = .paused
        case .resume: room.state = .open
        case .capacity(let limit): room.capacity = limit
        case .rate(let limit): room.rate = limit
        }
    }

    private mutating func arrive(_ atMs: Int64, _ nowMs: Int64) {
        var visitor = Visitor(
            arriveMs: atMs,
            sequence: (Self.startMs + atMs) * 1000 + Int64(visitors.count % 1000),
            absentMs: nowMs + 8_000
        )
        let chance = random.unit()
        if chance < scene.leavers + scene.vanishing {
            visitor.pollsLeft = 1 + Int(random.next() % 4)
            visitor.isVanishing = chance < scene.vanishing
        }
        line.append(visitors.count)
        polls[nowMs / Self.stepMs, default: []].append(visitors.count)
        visitors.append(visitor)
    }

    private mutating func admit(_ nowMs: Int64) {
        ends.removeAll { $0 <= nowMs }
        while let first = recent.first, first.atMs <= nowMs - 60_000 {
            room.recent -= first.admitted
            room.passed -= first.passed
            recent.removeFirst()
        }
        var admitted: Int64 = 0
        var passed: Int64 = 0
        var gone = 0
        while room.state == .open, gone < line.count, Int64(ends.count) < room.capacity ?? .max,
            room.recent + admitted < room.rate ?? .max
        {
            let index = line[gone]
            gone += 1
            guard visitors[index].absentMs >= nowMs else {
                visitors[index].state = .gone
                passed += 1
                continue
            }
            visitors[index].state = .inside
            ends.append(nowMs + stayMs())
            admitted += 1
            judge(visitors[index], admittedMs: nowMs)
        }
        line.removeFirst(gone)
        if gone > 0 { recent.append((nowMs, admitted, passed)) }
        room.admittedTotal += admitted
        room.recent += admitted
        room.passed += passed
        room.inside = Int64(ends.count)
        room.oldestMs = Self.startMs + (recent.first?.atMs ?? 0)
        room.atMs = Self.startMs + nowMs
    }

    private mutating func stayMs() -> Int64 {
        switch scene.stay {
        case .exponential(let mean): Int64(min(random.exponential(mean), 60) * 1000)
        case .about(let mean, let spread): Int64((mean + (random.unit() - 0.5) * spread) * 1000)
        }
    }

    private mutating func judge(_ visitor: Visitor, admittedMs: Int64) {
        for (atMs, estimate) in visitor.told {
            outcome.told += 1
            if admittedMs - atMs <= estimate.min * 1000 { outcome.withinMin += 1 }
            if admittedMs - atMs <= estimate.max * 1000 { outcome.withinMax += 1 }
        }
    }

    private mutating func ask(_ nowMs: Int64) {
        guard let asking = polls.removeValue(forKey: nowMs / Self.stepMs) else { return }
        if room.atMs - forecaster.atMs >= 250 {
            let head = line.first.map { visitors[$0].sequence } ?? .max
            forecaster.learn(
                room,
                LineChange(
                    waiting: Int64(line.count),
                    quits: quits,
                    returned: [],
                    heads: scene.tellsTruth ? [head, .max, .max, .max] : nil
                )
            )
            quits = 0
        }
        let spanMs = max(10_000, min(60_000, nowMs - (recent.first?.atMs ?? nowMs)))
        let interval = PollInterval(
            departures: room.recent + room.passed,
            spanMs: spanMs,
            untilOpeningMs: 0,
            waiting: Int64(line.count)
        )
        for index in asking where visitors[index].state == .waiting {
            poll(index, interval, nowMs)
        }
    }

    private mutating func poll(_ index: Int, _ interval: PollInterval, _ nowMs: Int64) {
        guard let rank = rank(of: index) else { return }
        visitors[index].pollsLeft -= 1
        guard visitors[index].pollsLeft >= 0 else {
            guard !visitors[index].isVanishing else { return }
            visitors[index].state = .gone
            line.remove(at: rank)
            quits += 1
            return
        }
        let sequence = visitors[index].sequence
        let pollMs = PollSpread.apply(interval.afterMs(rank: Int64(rank)), sequence)
        visitors[index].absentMs = nowMs + 2 * pollMs + 5_000
        polls[(nowMs + pollMs) / Self.stepMs + 1, default: []].append(index)
        let told = forecaster.tell(ahead: Int64(rank), sequence: sequence, pollMs: pollMs)
        if let reason = told.reason { outcome.reasons[reason, default: 0] += 1 }
        if let estimate = told.estimate {
            visitors[index].told.append((nowMs, estimate))
        } else {
            outcome.withoutEstimate += 1
        }
    }

    /// The line is in the order of indices.
    private func rank(of index: Int) -> Int? {
        var low = 0
        var high = line.count
        while low < high {
            let middle = (low + high) / 2
            if line[middle] < index { low = middle + 1 } else { high = middle }
        }
        return low < line.count && line[low] == index ? low : nil
    }
}

extension SeededRandom {
    fileprivate mutating func unit() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }
    fileprivate mutating func exponential(_ mean: Double) -> Double { -log(1 - unit()) * mean }
}
