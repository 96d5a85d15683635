import SQL
import TestGate
import Testing
import Values

@testable import Rankings
@testable import Shop
@testable import TestKit
@testable import TestLedger

/// Lists from the ledger: what the outbox says, added up by another way.
@Suite(.sideBySide) struct StandingsTests {
    private static let hourMs: Int64 = 3_600_000
    private static let dayMs = 24 * hourMs

    @Test(arguments: Engine.allCases)
    func whoReachedAScoreFirstStandsFirst(_ engine: Engine) async throws {
        try await OutboxBed.with(engine) { bed in
            // Days begin at 0 here. `late` has the units of `early`, two seconds later; `b` and `a`
            // are of one second, and so the greater name is first.
            for (name, atMs) in [("late", 7_000), ("early", 5_000), ("a", 9_000), ("b", 9_900)] {
                try await bed.open(name, seats: 9)
                try await bed.sell([1, 2], of: name, as: name, atMs: Int64(atMs))
            }
            try await bed.open("more", seats: 9)
            try await bed.sell([1, 2, 3], of: "more", as: "more", atMs: 20_000)
            try await bed.open("gone", seats: 9)
            try await bed.sell([1], of: "gone", as: "gone", atMs: 1_000)
            try await bed.refund("gone", atMs: 2_000)
            let day = StandingsSpan.period(
                Period(window: .daily, name: "1970-01-01", startMs: 0, endMs: Self.dayMs)
            )
            let list = try await bed.ledger.sums.standings(of: .concerts, in: day, limit: 10)
            #expect(list.entries.map(\.member) == ["more", "early", "late", "b", "a"])
            #expect(list.entries.map(\.rank) == [1, 2, 3, 4, 5])
            #expect(list.total == 5)
            // Without a beginning, by the millisecond.
            let all = try await bed.ledger.sums.standings(
                of: .concerts,
                in: .all,
                offset: 3,
                limit: 1
            )
            #expect(all == Standings(total: 5, entries: [.init(rank: 4, member: "a", score: 2)]))
            let place = try await bed.ledger.sums.place(of: "late", on: .concerts, in: day)
            #expect(place == RankedEntry(rank: 3, member: "late", score: 2))
            #expect(try await bed.ledger.sums.place(of: "gone", on: .concerts, in: day) == nil)
            // A refund days later changes the day of the sale, and is its last change.
            try await bed.refund("early", atMs: 3 * Self.dayMs)
            try await bed.sell([1, 2], of: "early", as: "e2", atMs: 10_000)
            let after = try await bed.ledger.sums.standings(of: .concerts, in: day, limit: 3)
            #expect(after.entries.map(\.member) == ["more", "late", "b"])
        }
    }

    /// By bytes, whatever the language of the database.
    @Test(arguments: Engine.allCases)
    func namesAreInTheOrderOfTheirBytes(_ engine: Engine) async throws {
        try await OutboxBed.with(engine) { bed in
            if engine == .postgres { try await speakALanguage(bed) }
            let names = ["a", "B", "_", "Z", "z", "0", "a-b", "ab", "a.b"]
            for name in names {
                _ = try await bed.order([name: 1], as: name, atMs: 1_000)
            }
            let list = try await bed.ledger.sums.standings(of: .products, in: .all, limit: 20)
            let sorted = names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
            #expect(list.entries.map(\.member) == sorted.reversed())
        }
    }

    /// The guard of that: in the database's own order `Z` is among the small letters.
    @Test func withoutTheirBytesNamesAreInAnotherOrder() async throws {
        try await OutboxBed.with(.postgres) { bed in
            try await speakALanguage(bed)
            for name in ["a", "Z", "z"] { _ = try await bed.order([name: 1], as: name, atMs: 1) }
            let native = RankingLedger(
                EditedLedger(bed.database) { $0.replacing(#" collate "C""#, with: "") }
            )
            let list = try await native.sums.standings(of: .products, in: .all, limit: 20)
            #expect(list.entries.map(\.member) == ["Z", "z", "a"])
        }
    }

    /// As a database that was made with a locale orders names; the tests' is made without.
    private func speakALanguage(_ bed: OutboxBed) async throws {
        _ = try await bed.database.commit([
            #"alter table order_lines alter column product type text collate "und-x-icu""#
        ])
    }

    /// Redis's lists are held against the same oracle.
    @Test(arguments: Engine.allCases, [UInt64.random(in: 0...999_999), 7])
    func theyAreWhatTheOutboxAddsUpTo(_ engine: Engine, _ seed: UInt64) async throws {
        try await OutboxBed.with(engine) { bed in
            try await happen(in: bed, seed) { nowMs in
                let events = try await bed.scoreEvents()
                var lists: [BoardList] = [.all, .realtime]
                lists += (0...nowMs / Self.dayMs).map { index in
                    let start = index * Self.dayMs
                    let end = start + Self.dayMs
                    return .period(
                        Period(window: .daily, name: "\(index)", startMs: start, endMs: end)
                    )
                }
                for name in ["concerts", "products", "game"] {
                    let oracle = BoardOracle(
                        events: events.filter { $0.board.raw == name },
                        nowMs: nowMs
                    )
                    for list in lists {
                        let expected = oracle.list(list)
                        let found = try await bed.ledger.sums.standings(
                            of: board(name),
                            in: Self.span(list, nowMs),
                            limit: 1_000
                        )
                        #expect(found.entries == expected, "seed \(seed): \(name) \(list)")
                        #expect(found.total == expected.count)
                    }
                }
            }
        }
    }

    private static func span(_ list: BoardList, _ nowMs: Int64) -> StandingsSpan {
        switch list {
        case .all: .all
        case .period(let period): .period(period)
        case .realtime: .rolling(from: (nowMs / 600_000 - 143) * 600_000, to: .max)
        }
    }

    /// Sums of a few members at a time are the list, in no order.
    @Test(arguments: Engine.allCases, [1, 4, 100])
    func slicesAreAllThereIs(_ engine: Engine, _ slice: Int) async throws {
        try await OutboxBed.with(engine) { bed in
            try await happen(in: bed, 11) { _ in }
            for name in ["concerts", "products", "game"] {
                let id = try board(name)
                let list = try await bed.ledger.sums.standings(of: id, in: .all, limit: 1_000)
                let all = Set(list.entries.map { "\($0.member) \($0.score)" })
                #expect(all.count > 1)
                var found: [String] = []
                var after = ""
                while true {
                    let (sums, last) = try await bed.ledger
                        .sums.sums(of: id, in: .all, after: after, limit: slice)
                    found += sums.map { "\($0.member) \($0.units)" }
                    guard let last else { break }
                    after = last
                }
                #expect(found.count == all.count && Set(found) == all)
                let named = try await bed.ledger
                    .sums.sums(of: id, in: .all, named: list.entries.map(\.member) + ["nobody"])
                #expect(Set(named.map { "\($0.member) \($0.units)" }) == all)
            }
        }
    }

    /// Two hundred things in four days, some of them at the same instant; it looks at times.
    private func happen(
        in bed: OutboxBed,
        _ seed: UInt64,
        _ look: (Int64) async throws -> Void
    ) async throws {
        var random = SeededRandom(seed)
        var change = BoardChange()
        change.windows = [.all]
        _ = try await bed.ledger.put(change, of: board("game"), atMs: 0)
        for evening in 0..<4 { try await bed.open("p\(evening)", seats: 600) }
        var orders: [Order] = []
        var payments: [String] = []
        var atMs: Int64 = 0
        for step in 0..<200 {
            if step % 40 == 39 { try await look(atMs) }
            atMs +=
                [0, 300, 2_000, Int64.random(in: 0...3 * Self.hourMs, using: &random)]
                .randomElement(using: &random) ?? 0
            switch Int.random(in: 0..<6, using: &random) {
            case 0, 1:
                let name = "s\(step)"
                let evening = "p\(Int.random(in: 0..<4, using: &random))"
                // Seats that are taken are another test's: each step has its own.
                let seats = Array(3 * step + 1...3 * step + Int.random(in: 1...3, using: &random))
                try await bed.sell(seats, of: evening, as: name, atMs: atMs)
                payments.append(name)
            case 2:
                guard let name = payments.randomElement(using: &random) else { continue }
                payments.removeAll { $0 == name }
                try await bed.refund(name, atMs: atMs)
            case 3:
                let wish = ["t\(Int.random(in: 0..<3, using: &random))": Int64(1 + step % 3)]
                orders.append(try await bed.order(wish, as: "o\(step)", atMs: atMs))
            case 4:
                guard let order = orders.popLast() else { continue }
                try await bed.cancel(order, atMs: atMs)
            default: try await play(in: bed, step, atMs, &random)
            }
        }
    }

    private func play(in bed: OutboxBed, _ step: Int, _ atMs: Int64, _ random: inout SeededRandom)
        async throws
    {
        let units = Int64.random(in: -3...6, using: &random)
        let isSet = Int.random(in: 0..<4, using: &random) == 0
        let change = ScoreChange(
            board: try board("game"),
            member: try #require(MemberID("m\(Int.random(in: 0..<5, using: &random))")),
            change: isSet ? .set(abs(units)) : .add(units),
            eventID: "e\(step)"
        )
        // One that would go below nothing is refused, and not in the outbox.
        _ = try await bed.ledger.change(change, atMs: atMs)
    }
}
