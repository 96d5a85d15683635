import Redis
import Synchronization
import TestGate
import Testing
import Values

@testable import Rankings
@testable import TestKit

/// A year of sales, refunds, points and mishaps: every list is what a straightforward recomputation
/// says.
@Suite(.sideBySide, .timeLimit(.minutes(5))) struct BoardHistoryTests {
    /// New seeds, and one that has found a fault.
    private static let seeds = (0..<4).map { _ in UInt64.random(in: 0..<10_000_000) } + [6_696_492]

    @Test(arguments: ["UTC", "Summer"], seeds)
    func aYear(_ zone: String, _ seed: UInt64) async throws {
        try await BoardBed.with(slice: 7, zone: zone) { bed in
            let history = BoardHistory(bed, seed: seed)
            try await history.year()
            #expect(history.faults == [], "seed \(seed)")
            print("a year in \(zone): seed \(seed), \(bed.log.events.count) events")
        }
    }

    /// What the recomputation is worth: with a guard off it disagrees.
    @Test(arguments: [BoardGuard.cursor, .over, .mark, .swept])
    func aYearWithout(_ missing: BoardGuard) async throws {
        for seed in UInt64(1)...5 {
            let faults = try await BoardBed.with(without: [missing], slice: 7) { bed in
                let history = BoardHistory(bed, seed: seed)
                try await history.year()
                return history.faults
            }
            if !faults.isEmpty { return }
        }
        Issue.record("nobody misses \(missing)")
    }
}

/// One history, on both sides of a bed.
private final class BoardHistory: Sendable {
    private struct State {
        var random: SeededRandom
        var faults: [String] = []
        /// What the relay has recorded as done.
        var delivered: Int64 = 0
        var sales: [(member: String, units: Int64, atMs: Int64)] = []
        var kept: [(key: String, bytes: [UInt8])] = []
    }

    private let bed: BoardBed
    private let state: Mutex<State>

    init(_ bed: BoardBed, seed: UInt64) {
        self.bed = bed
        state = Mutex(State(random: SeededRandom(seed)))
    }

    var faults: [String] { state.withLock { $0.faults } }

    private func below(_ limit: Int) -> Int {
        state.withLock { Int.random(in: 0..<limit, using: &$0.random) }
    }

    private func below(_ limit: Int64) -> Int64 { Int64(below(Int(limit))) }

    func year() async throws {
        let endMs = BoardBed.startMs + 366 * BoardBed.dayMs
        while bed.nowMs < endMs, faults.isEmpty {
            try await bed.set(clockMs: try nextInstant())
            for _ in 0...below(6) { write() }
            try await mishap()
            if below(4) > 0 { try await deliver() }
            if below(3) == 0 { try await compare() }
        }
        try await deliverAll()
        try await compare()
    }

    /// Some minutes, some hours, some days; or a midnight, exactly.
    private func nextInstant() throws -> Int64 {
        switch below(10) {
        case 0..<5: return bed.nowMs + 1 + below(BoardBed.hourMs)
        case 5..<8: return bed.nowMs + below(20 * BoardBed.hourMs)
        case 8: return bed.nowMs + below(12 * BoardBed.dayMs)
        default:
            let day = try bed.period(.daily)
            guard case .period(let period) = day else { return bed.nowMs }
            return period.endMs - Int64(below(2))
        }
    }

    private func write() {
        let member = "m\(below(12))"
        let atMs = bed.nowMs
        switch below(10) {
        case 0..<5:
            let units = Int64(1 + below(3))
            bed.log.append(member, .add(units), countsAtMs: atMs, atMs: atMs)
            state.withLock { $0.sales.append((member, units, atMs)) }
        case 5, 6:
            // A refund counts for the day of the sale.
            let sale = state.withLock { state -> (member: String, units: Int64, atMs: Int64)? in
                guard !state.sales.isEmpty else { return nil }
                let recent = max(0, state.sales.count - 40)
                let index = Int.random(in: recent..<state.sales.count, using: &state.random)
                return state.sales.remove(at: index)
            }
            guard let sale else { return }
            bed.log.append(sale.member, .add(-sale.units), countsAtMs: sale.atMs, atMs: atMs)
        case 7:
            bed.log.append(member, .set(Int64(below(6))), countsAtMs: atMs, atMs: atMs)
        case 8:
            // Points taken, also such as were won before midnight.
            bed.log.append(member, .add(Int64(below(4)) - 3), countsAtMs: atMs, atMs: atMs)
        default: bed.log.skip()
        }
    }

    private func mishap() async throws {
        switch below(40) {
        case 0: try await bed.flush()
        case 1: bed.restart()
        case 2, 3: try await keep()
        case 4: try await comeBackOlder()
        case 5: try await bed.store(below(2)).rebuild(BoardBed.board)
        case 6: try await bed.store(below(2)).sweep(BoardBed.board)
        default: break
        }
    }

    /// The relay's work, with its repetitions; now and then it dies before it has recorded it.
    private func deliver() async throws {
        let from = state.withLock { $0.delivered }
        let after = max(0, from - below(4) * below(2))
        let through = min(bed.log.latest, from + 1 + below(Int64(20)))
        guard through > after else { return }
        for _ in 0...below(3) {
            try await bed.deliver(after: after, through: through, by: below(2))
        }
        if below(5) > 0 { state.withLock { $0.delivered = max(from, through) } }
    }

    private func deliverAll() async throws {
        let after = state.withLock { $0.delivered }
        try await bed.deliver(after: after, by: below(2))
        state.withLock { $0.delivered = bed.log.latest }
    }

    private func keep() async throws {
        let reply = try await bed.redis.send("KEYS", "rank:*")
        var kept: [(key: String, bytes: [UInt8])] = []
        for key in (reply.array ?? []).compactMap(\.string) {
            if case .bytes(let bytes) = try await bed.redis.send("DUMP", key) {
                kept.append((key, bytes))
            }
        }
        state.withLock { [kept] in $0.kept = kept }
    }

    /// A stale replica takes over.
    private func comeBackOlder() async throws {
        let kept = state.withLock { $0.kept }
        guard !kept.isEmpty else { return }
        try await bed.flush()
        for (key, bytes) in kept {
            _ = try await bed.redis.send(["RESTORE", .string(key), 0, .bytes(bytes)])
        }
    }

    private func compare() async throws {
        try await deliverAll()
        let oracle = BoardOracle(events: bed.log.events, nowMs: bed.nowMs)
        var lists = try bed.lists()
        for window in [BoardWindow.daily, .weekly, .monthly] {
            let list = try bed.period(window, daysAgo: Int64(1 + below(60)))
            // The private server's clock is behind: what is over for so long is still there.
            guard case .period(let period) = list,
                BoardLimits().endOfLifeMs(period) > bed.nowMs
            else { continue }
            lists.append(list)
        }
        let side = below(2)
        for list in lists {
            _ = try await bed.listWhenBuilt(list, by: side)
            let page = try await bed.store(side).page(BoardBed.board, list, limit: 1_000)
            let expected = oracle.list(list)
            guard let page, page.entries == expected, page.total == expected.count else {
                state.withLock {
                    $0.faults.append("\(bed.nowMs) \(list): \(page as Any), not \(expected)")
                }
                return
            }
        }
    }
}
