import TestGate
import TestRedis
import Testing
import Values

@testable import Engines
@testable import Rankings
@testable import TestKit
@testable import TestLedger

/// Boards while Redis is away, is empty, or has forgotten.
@Suite(.sideBySide, .timeLimit(.minutes(3))) struct BoardFallbackTests {
    /// Ties of the same second, of different ones, scores that were set, and days ago.
    private func play(in bed: BookBed) async throws {
        let hour = BookBed.hourMs, nowMs = bed.nowMs
        for (index, name) in ["a", "B", "_", "z", "0", "a-b", "c", "d"].enumerated() {
            let units = Int64(1 + index % 3)
            try await bed.change(name, .add(units), atMs: nowMs - Int64(index) * 5 * hour)
            try await bed.change(name, .add(2), atMs: nowMs + Int64(index / 3) * 1_000)
        }
        try await bed.change("c", .set(4), atMs: nowMs + 5_000)
        try await bed.change("d", .set(0), atMs: nowMs + 5_000)
        try await bed.settle()
    }

    @Test(arguments: Engine.allCases)
    func withoutRedisTheOrderIsTheSame(_ engine: Engine) async throws {
        try await BookBed.with(engine) { bed in
            try await play(in: bed)
            var before: [BoardWindow: String] = [:]
            for window in BoardWindow.allCases {
                let list = try await bed.list(window)
                before[window] = list.text
            }
            let place = try await bed.place("a", .all, around: 2)
            #expect(place.around.count >= 4 && !place.isFromLedger)
            bed.server.kill()
            try await until("Redis is away") { try await bed.list().isFromLedger }
            for window in BoardWindow.allCases {
                let list = try await bed.list(window)
                #expect(list.text == before[window], "\(window)")
                #expect(list.isFromLedger)
                let rest = try await bed.list(window, offset: 3, limit: 2)
                #expect(rest.lines == Array(list.lines.dropFirst(3).prefix(2)))
                #expect(rest.total == list.total)
            }
            let away = try await bed.place("a", .all, around: 2)
            #expect(away.around == place.around && away.isFromLedger)
            #expect(try await bed.place("d", .all).line == nil)
        }
    }

    /// A sum reads every change there was: one does for all who ask within a second.
    @Test(arguments: Engine.allCases)
    func oneSumIsForAll(_ engine: Engine) async throws {
        try await BookBed.with(engine) { bed in
            try await play(in: bed)
            bed.server.kill()
            try await until("Redis is away") { try await bed.list().isFromLedger }
            try await bed.passWithoutRedis(1_000)
            bed.listen()
            _ = try await together(40) { index in try await bed.list(.all, offset: index % 7) }
            // Two statements a sum: how many, and which.
            #expect(bed.asked("with sums") == 2)
            try await bed.passWithoutRedis(999)
            _ = try await bed.list(.all)
            #expect(bed.asked("with sums") == 2)
            try await bed.passWithoutRedis(1)
            _ = try await bed.list(.all)
            #expect(bed.asked("with sums") == 4)
        }
    }

    @Test func anEmptiedRedisIsBuiltAnewWhileTheLedgerAnswers() async throws {
        try await BookBed.with(.postgres, sides: 2) { bed in
            try await play(in: bed)
            let before = try await bed.list(.weekly).text
            try await bed.flush()
            let list = try await bed.list(.weekly, side: 1)
            #expect(list.text == before && list.isFromLedger)
            try await until("it is built") { try await !bed.list(.weekly, side: 1).isFromLedger }
            for side in 0..<2 { #expect(try await bed.list(.weekly, side: side).text == before) }
        }
    }

    @Test(arguments: Engine.allCases)
    func aForgottenDayIsSummedUp(_ engine: Engine) async throws {
        try await BookBed.with(engine) { bed in
            try await play(in: bed)
            let today = try await bed.list(.daily)
            try await bed.pass(32 * BookBed.dayMs)
            let kept = try await bed.list(.daily, .named("2027-01-15"))
            #expect(kept.text == today.text && !kept.isFromLedger)
            // Redis's own clock has not come so far: it is not asked.
            try await bed.pass(BookBed.dayMs)
            let forgotten = try await bed.list(.daily, .named("2027-01-15"))
            #expect(forgotten.text == today.text && forgotten.isFromLedger)
        }
    }

    @Test func withoutBothThereIsNoAnswer() async throws {
        try await BookBed.with(.sqlite) { bed in
            try await play(in: bed)
            bed.server.kill()
            try await until("Redis is away") { try await bed.list().isFromLedger }
            bed.sides[0].leak.isAway = true
            try await bed.passWithoutRedis(1_000)
            await #expect(throws: StoreError.self) { _ = try await bed.list() }
            bed.sides[0].leak.isAway = false
            #expect(try await bed.list().total > 0)
        }
    }
}
