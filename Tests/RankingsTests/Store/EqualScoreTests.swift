import TestGate
import Testing
import Values

@testable import Rankings
@testable import TestKit
@testable import TestLedger
@testable import TestSales

/// Of equal scores the one that was reached first stands first, by one rule in every window: in
/// Redis, in a board that is built anew, and in the ledger.
@Suite(.sideBySide, .timeLimit(.minutes(5))) struct EqualScoreTests {
    @Test(arguments: Engine.allCases)
    func aSetToTheScoreThatIsThereIsNoChange(_ engine: Engine) async throws {
        try await Steps.with(engine) { steps in
            try await steps.change("z", .add(5))
            try await steps.bed.pass(2_000)
            try await steps.change("a", .add(5))
            try await steps.bed.pass(2_000)
            try await steps.change("z", .set(5))
            try await steps.bed.pass(2_000)
            try await steps.change("z", .add(0))
            for list in try await steps.everyList() { #expect(list == "z 5, a 5") }
        }
    }

    /// What was added before a set goes over: the set becomes a change, or is one no more.
    @Test(arguments: [nil, BoardGuard.replaced])
    func whatIsOverMakesASetAChangeOrNone(_ missing: BoardGuard?) async throws {
        let lists = try await Steps.with(.sqlite, without: missing) { steps in
            let bed = steps.bed
            let startMs = bed.nowMs / 600_000 * 600_000 + 600_000
            try await bed.set(clockMs: startMs)
            // Once the three are over, `b` has its five by a set and `c` by what was added.
            try await steps.change("b", .add(3))
            try await steps.change("c", .add(3))
            try await bed.pass(600_000)
            try await steps.change("b", .add(2))
            try await steps.change("c", .add(5))
            try await bed.pass(1_000)
            try await steps.change("a", .set(5))
            try await bed.pass(600_000)
            try await steps.change("b", .set(5))
            try await bed.pass(1)
            try await steps.change("c", .set(5))
            var lists: [String] = []
            for step in 0...3 as ClosedRange<Int64> {
                try await bed.set(clockMs: startMs + RankingBed.dayMs - 1 + step * 600_000)
                lists.append(try await steps.list(.realtime))
                if missing == nil { #expect(try await steps.ledgerList(.realtime) == lists.last) }
            }
            return lists
        }
        let expected = ["b 5, a 5, c 5", "c 5, a 5, b 5", "b 5, c 5", ""]
        #expect((lists == expected) == (missing == nil), "\(lists)")
    }

    /// A process whose clock is behind changes what was set: the set still becomes a change when
    /// what was before it is over.
    @Test(arguments: Engine.allCases, [nil, BoardGuard.added])
    func aSlowerClockDoesNotHideASet(_ engine: Engine, _ missing: BoardGuard?) async throws {
        let expected = ["z 2, y 2, a 2", "a 2, z 2, y 2"]
        let lists = try await Steps.with(engine, without: missing) { steps in
            let bed = steps.bed
            let startMs = bed.nowMs / 600_000 * 600_000 + 600_000
            try await bed.set(clockMs: startMs)
            for name in ["y", "z"] { try await steps.change(name, .add(1)) }
            try await bed.pass(600_500)
            try await steps.change("a", .set(2))
            try await bed.pass(500)
            for name in ["y", "z"] { try await steps.change(name, .set(1)) }
            try await steps.change("z", .add(1), lagMs: 900)
            try await steps.change("y", .set(2), lagMs: 800)
            var lists: [String] = []
            for step in 0...1 as ClosedRange<Int64> {
                try await bed.set(clockMs: startMs + RankingBed.dayMs - 1 + step * 600_000)
                lists.append(try await steps.list(.realtime))
                #expect(try await steps.ledgerList(.realtime) == expected[Int(step)])
            }
            return lists
        }
        #expect((lists == expected) == (missing == nil), "\(lists)")
    }

    /// Small scores that are equal again and again, over some days; held against the definition.
    @Test(arguments: Engine.allCases, [UInt64.random(in: 0..<1_000_000), 1, 2, 3])
    func equalScoresOverDays(_ engine: Engine, _ seed: UInt64) async throws {
        let fault = try await Steps.with(engine) { try await $0.days(seed: seed) }
        #expect(fault == nil, "\(engine), seed \(seed)")
    }

    /// What the comparison is worth.
    @Test(arguments: [BoardGuard.same, .replaced, .mark])
    func equalScoresOverDaysWithout(_ missing: BoardGuard) async throws {
        for seed in UInt64(1)...5 {
            let fault = try await Steps.with(.sqlite, without: missing) { steps in
                try await steps.days(seed: seed)
            }
            if fault != nil { return }
        }
        Issue.record("nobody misses \(missing)")
    }
}

/// Changes of one board by the ways that requests take, and its lists.
private actor Steps {
    static let board = YearHistory.game
    nonisolated let bed: RankingBed
    private var book = YearBook()

    private init(_ bed: RankingBed) { self.bed = bed }

    static func with<Value: Sendable>(
        _ engine: Engine,
        without missing: BoardGuard? = nil,
        _ body: @Sendable (Steps) async throws -> Value
    ) async throws -> Value {
        var options = RankingBed.Options()
        options.withoutBoards = missing.map { [$0] } ?? []
        return try await RankingBed.with(engine, options) { bed in
            let steps = Steps(bed)
            var change = BoardChange()
            change.windows = BoardWindow.allCases
            change.timeZone = "UTC"
            _ = try await bed.bed.first.book.put(change, of: board)
            await steps.setZone()
            for side in 0..<2 { await bed.startRelay(side) }
            return try await body(steps)
        }
    }

    private func setZone() { book.setZone("UTC", of: Self.board) }

    /// `lagMs`: how far the clock of the process is behind.
    func change(_ member: String, _ change: ScoreEvent.Change, lagMs: Int64 = 0) async throws {
        let score = ScoreChange(
            board: Self.board,
            member: try #require(MemberID(member)),
            change: change,
            eventID: "e\(book.count)"
        )
        let atMs = bed.nowMs - lagMs
        // Below nothing it does not go, and then nothing has happened.
        if lagMs > 0 {
            guard case .success = try await bed.ledger.change(score, atMs: atMs) else { return }
        } else {
            let outcome = try await bed.bed.at(book.count % 2).book.change(score)
            guard case .applied = outcome else { return }
        }
        book.write(Self.board, member, change, countsAtMs: atMs, atMs: atMs)
    }

    // MARK: Lists

    private func lists() throws -> [BoardList] {
        let calendar = try book.calendar(Self.board)
        return try [.realtime, .all]
            + [.daily, .weekly, .monthly].map {
                .period(try #require(calendar.period($0, at: bed.nowMs)))
            }
    }

    /// Every window in Redis, in a board that is built anew, and in the ledger.
    func everyList() async throws -> [String] {
        var found: [String] = []
        for list in try lists() {
            found.append(try await self.list(list))
            found.append(try await ledgerList(list))
        }
        try await bed.boards().rebuild(Self.board)
        for list in try lists() { found.append(try await self.list(list)) }
        return found
    }

    func list(_ list: BoardList) async throws -> String {
        try await bed.settle()
        return Self.text(try await bed.page(Self.board, list).entries)
    }

    func ledgerList(_ list: BoardList) async throws -> String {
        let span: StandingsSpan =
            switch list {
            case .all: .all
            case .period(let period): .period(period)
            case .realtime: .rolling(from: (bed.nowMs / 600_000 - 143) * 600_000, to: .max)
            }
        let sums = try await bed.ledger.sums.standings(of: Self.board, in: span, limit: 1_000)
        return Self.text(sums.entries)
    }

    private static func text(_ entries: [RankedEntry]) -> String {
        entries.map { "\($0.member) \($0.score)" }.joined(separator: ", ")
    }

    // MARK: A history

    /// Some hours of changes; a day later, ten minutes at a time, they go over; and so on. The
    /// first difference.
    func days(seed: UInt64) async throws -> String? {
        var random = SeededRandom(seed)
        func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &random) }
        for day in 0..<6 {
            let startMs = bed.nowMs
            for _ in 0..<10 {
                for _ in 0..<below(6) { try await act(below) }
                try await bed.pass(Int64([0, 7, 10, 20, 40][below(5)]) * 60_000)
            }
            if let fault = try await difference(lists()) { return "day \(day): \(fault)" }
            let overMs = bed.nowMs + RankingBed.dayMs
            try await bed.set(clockMs: startMs + RankingBed.dayMs - 600_000)
            while bed.nowMs < overMs {
                try await bed.pass(600_000)
                if below(6) == 0 { try await act(below) }
                if below(20) == 0 { try await bed.boards().rebuild(Self.board) }
                if let fault = try await difference([.realtime]) { return "day \(day): \(fault)" }
            }
        }
        return nil
    }

    /// Mostly a set to the score that is there.
    private func act(_ below: (Int) -> Int) async throws {
        let member = "m\(below(5))"
        let all = book.list(Self.board, .all, nowMs: bed.nowMs)
        let score = all.first { $0.member == member }?.score ?? 0
        switch below(8) {
        case 0..<3: try await change(member, .set(score))
        case 3: try await change(member, .set(Int64(1 + below(3))))
        default: try await change(member, .add(Int64([-2, -1, 0, 1, 1, 2, 3][below(7)])))
        }
        try await bed.pass(Int64([0, 1, 700][below(3)]))
    }

    private func difference(_ lists: [BoardList]) async throws -> String? {
        for list in lists {
            let expected = Self.text(book.list(Self.board, list, nowMs: bed.nowMs))
            let found = try await self.list(list)
            guard found == expected else { return "\(list) in Redis: \(found), not \(expected)" }
            let sums = try await ledgerList(list)
            guard sums == expected else { return "\(list) in the ledger: \(sums), not \(expected)" }
        }
        return nil
    }
}
