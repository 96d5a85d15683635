import TestGate
import Testing
import Values

@testable import Rankings
@testable import TestKit
@testable import TestLedger

/// Days, weeks and months that are over.
@Suite(.sideBySide, .timeLimit(.minutes(3))) struct ChartReadingTests {
    /// 00:00 of the day after `BookBed.startMs`.
    private static let midnightMs = BookBed.startMs + 16 * BookBed.hourMs

    @Test(arguments: Engine.allCases)
    func aChartIsAnsweredWhateverHappensToTheBoard(_ engine: Engine) async throws {
        try await BookBed.with(engine) { bed in
            try await bed.add(["ann": 3, "bob": 5, "cat": 1])
            try await bed.set(clockMs: Self.midnightMs + 10_000)
            await bed.sides[0].clock.round()
            for change in [ScoreEvent.Change.set(0), .add(9)] {
                try await bed.change("bob", change, atMs: BookBed.startMs + 1)
            }
            try await bed.settle()
            let day = try await bed.list(.daily, .named("2027-01-15"))
            #expect(day.text == "bob 5, ann 3, cat 1" && day.total == 3)
            #expect(try await bed.list(.all).text.hasPrefix("bob 9, ann 3"))
            let page = try await bed.list(.daily, .named("2027-01-15"), offset: 1, limit: 1)
            #expect(page.text == "ann 3" && page.lines[0].entry.rank == 2)
            #expect(try await bed.list(.daily, .named("2027-01-15"), offset: 3).lines.isEmpty)
            let query = BoardQuery(BookBed.game, window: .daily, period: .named("2027-01-15"))
            let id = try #require(MemberID("ann"))
            let place = try await bed.book.place(of: id, query, around: 1).get()
            #expect(place.around.map(\.text) == ["bob 5", "ann 3", "cat 1"])
            let nobody = try #require(MemberID("nobody"))
            #expect(try await bed.book.place(of: nobody, query, around: 1).get().line == nil)
        }
    }

    /// Without charts the list of the day itself is answered, which a refund changes.
    @Test func withoutItsChartADayChanges() async throws {
        try await BookBed.with(.sqlite) { bed in
            try await bed.add(["ann": 3, "bob": 5])
            try await bed.set(clockMs: Self.midnightMs + 10_000)
            try await bed.change("bob", .set(1), atMs: BookBed.startMs + 1)
            try await bed.settle()
            #expect(try await bed.list(.daily, .named("2027-01-15")).text == "ann 3, bob 1")
        }
    }

    @Test(arguments: Engine.allCases)
    func lastTurnsFiveMinutesAfterMidnight(_ engine: Engine) async throws {
        try await BookBed.with(engine, zone: "Asia/Kathmandu") { bed in
            // 13:45 there, so midnight is at 18:15 UTC.
            let midnightMs = BookBed.startMs + 10 * BookBed.hourMs + 15 * 60_000
            func last() async throws -> String? {
                let query = BoardQuery(BookBed.game, window: .daily, period: .last)
                guard case .success(let list) = try await bed.book.list(query, offset: 0, limit: 9)
                else { return nil }
                return "\(list.period ?? "") \(list.text)"
            }
            try await bed.add(["ann": 3])
            #expect(try await last() == nil)
            try await bed.set(clockMs: midnightMs + 10_000)
            await bed.sides[0].clock.round()
            try await bed.set(clockMs: midnightMs + 299_999)
            #expect(try await last() == nil)
            try await bed.set(clockMs: midnightMs + 300_000)
            #expect(try await last() == "2027-01-15 ann 3")
            try await bed.add(["bob": 4])
            try await bed.set(clockMs: midnightMs + BookBed.dayMs + 10_000)
            await bed.sides[0].clock.round()
            #expect(try await bed.list(.daily, .named("2027-01-16")).text == "bob 4")
            try await bed.set(clockMs: midnightMs + BookBed.dayMs + 299_999)
            #expect(try await last() == "2027-01-15 ann 3")
            try await bed.set(clockMs: midnightMs + BookBed.dayMs + 300_000)
            #expect(try await last() == "2027-01-16 bob 4")
            // Nobody freezes the next one: the newest there is stays, and is looked for again.
            try await bed.set(clockMs: midnightMs + 2 * BookBed.dayMs + 300_000)
            #expect(try await last() == "2027-01-16 bob 4")
            await bed.sides[0].clock.round()
            try await bed.pass(1_000)
            #expect(try await last() == "2027-01-17 ")
        }
    }

    @Test func aChartShowsWhatWasBeforeIt() async throws {
        try await BookBed.with(.sqlite) { bed in
            try await bed.add(["ann": 3, "bob": 5])
            try await bed.pass(BookBed.dayMs)
            try await bed.add(["ann": 7, "bob": 5, "new": 6])
            try await bed.pass(BookBed.dayMs)
            await bed.sides[0].clock.round()
            let day = try await bed.list(.daily, .named("2027-01-16"))
            #expect(day.text == "ann 7 <2, new 6, bob 5 <1 ^1")
        }
    }

    @Test(arguments: Engine.allCases)
    func aHistoryIsWhatWasSampled(_ engine: Engine) async throws {
        try await BookBed.with(engine) { bed in
            let minute: Int64 = 60_000
            try await bed.add(["ann": 3])
            await bed.sides[0].clock.round()
            try await bed.pass(minute)
            try await bed.add(["bob": 5])
            await bed.sides[0].clock.round()
            let query = BoardQuery(BookBed.game, window: .all)
            let ann = try #require(MemberID("ann"))
            let points = try await bed.book.history(of: ann, query).get()
            let first = BookBed.startMs - BookBed.startMs % minute
            #expect(
                points == [
                    RankPoint(at: Timestamp(milliseconds: first), rank: 1, score: 3),
                    RankPoint(at: Timestamp(milliseconds: first + minute), rank: 2, score: 3),
                ]
            )
            let nobody = try #require(MemberID("nobody"))
            #expect(try await bed.book.history(of: nobody, query).get().isEmpty)
            let none = BoardQuery(try board("none"))
            #expect(try await bed.book.history(of: ann, none) == .failure(.unknownBoard))
        }
    }
}
