import SQL
import TestGate
import Testing
import Values

@testable import Rankings
@testable import TestKit
@testable import TestLedger

/// How fast performances sell, as one process remembers it.
@Suite(.sideBySide, .timeLimit(.minutes(3))) struct SelloutBookTests {
    private static let noonMs = SelloutBed.noonMs

    /// Sales of one performance, one seat a second, from an instant on.
    private func sell(_ bed: OutboxBed, _ seats: Range<Int>, fromMs: Int64) async throws {
        for seat in seats {
            let atMs = fromMs + 1_000 * Int64(seat - seats.lowerBound)
            try await bed.sell([seat + 1], as: "s\(seat)", atMs: atMs)
        }
    }

    private func weight(_ all: SelloutBed, _ name: String = "evening") async throws -> Double {
        let pace = try await all.book.current()
        return pace.rates[try performance(name)]?.weight(atMs: pace.atMs) ?? 0
    }

    /// The definition, added up over every payment.
    @Test(arguments: Engine.allCases)
    func aRateIsOfEveryPaymentThatStands(_ engine: Engine) async throws {
        try await SelloutBed.with(engine) { all in
            let seed = UInt64.random(in: 0...UInt64.max)
            print("sales: seed \(seed)")
            var random = SeededRandom(seed)
            let openMs = Self.noonMs - 20 * SelloutRate.halfLifeMs
            let names = ["a", "b", "c"]
            var exact: [String: SelloutRate] = [:]
            for name in names {
                try await all.bed.open(name, seats: 300, opening: openMs)
                exact[name] = SelloutRate(openingMs: openMs)
            }
            var nowMs = openMs + 600_000
            for number in 0..<90 {
                nowMs += Int64.random(in: 0...60, using: &random) * 1_000
                try await all.set(nowMs)
                let name = names[Int.random(in: 0..<3, using: &random)]
                let seats = [3 * number + 1, 3 * number + 2, 3 * number + 3]
                try await all.bed.sell(seats, of: name, as: "p\(number)", atMs: nowMs)
                let isBack = Int.random(in: 0..<4, using: &random) == 0
                if !isBack { exact[name]?.add(seats: 3, atMs: nowMs) }
                // Somebody looks now and then, between a sale and its refund also.
                if Int.random(in: 0..<3, using: &random) == 0 {
                    nowMs += 10_000
                    try await all.set(nowMs)
                    _ = try await all.book.current()
                }
                if isBack { try await all.bed.refund("p\(number)", atMs: nowMs) }
            }
            nowMs += 60_000
            try await all.set(nowMs)
            let pace = try await all.book.current()
            // Another process, that starts now.
            let other = try await SelloutBook(ledger: all.ledger, on: all.loop).current()
            for name in names {
                let row = try await all.bed.sellout(name)
                let sold = Int64(row.sold)
                let expected = exact[name]?.projectedT90Ms(sold: sold, target: 270, nowMs: nowMs)
                for found in [pace, other] {
                    let projected = found.projectedT90Ms(row, .usual, nowMs: nowMs)
                    #expect((projected == nil) == (expected == nil), "seed \(seed)")
                    guard let projected, let expected else { continue }
                    // The rate is that of three seconds ago.
                    let error = Double(projected - expected) / Double(expected)
                    #expect(abs(error) < 0.02, "\(name): \(projected), \(expected), seed \(seed)")
                }
            }
        }
    }

    @Test(arguments: Engine.allCases)
    func whatWasPaidCountsOnceThoughItCommitsLate(_ engine: Engine) async throws {
        try await SelloutBed.with(engine) { all in
            try await all.bed.open(seats: 100, opening: Self.noonMs - 100_000)
            try await all.set(Self.noonMs + 2_000)
            #expect(try await weight(all) == 0)
            // Decided two seconds ago, committed now.
            try await all.bed.sell([1, 2], as: "late", atMs: Self.noonMs)
            for afterMs: Int64 in [3_000, 4_000, 5_000, 6_000, 20_000] {
                try await all.set(Self.noonMs + afterMs)
                let isIn = afterMs >= 4_000
                #expect(abs(try await weight(all) - (isIn ? 2 : 0)) < 0.2, "\(afterMs)")
            }
        }
    }

    /// The guard of that are the three seconds.
    @Test(arguments: Engine.allCases)
    func withoutTheThreeSecondsALateOneIsMissed(_ engine: Engine) async throws {
        try await SelloutBed.with(engine) { all in
            let hasty = SelloutBook(ledger: all.ledger, lateMs: 0, on: all.loop)
            try await all.bed.open(seats: 100, opening: Self.noonMs - 100_000)
            try await all.set(Self.noonMs + 2_000)
            _ = try await hasty.current()
            try await all.bed.sell([1, 2], as: "late", atMs: Self.noonMs)
            try await all.set(Self.noonMs + 20_000)
            #expect(try await hasty.current().rates.isEmpty)
        }
    }

    /// A thousand who ask in a second cost one look into the ledger.
    @Test(arguments: Engine.allCases)
    func oneLooksForAllWhoAsk(_ engine: Engine) async throws {
        try await SelloutBed.with(engine) { all in
            try await all.bed.open(seats: 100, opening: Self.noonMs - 100_000)
            try await sell(all.bed, 0..<30, fromMs: Self.noonMs - 60_000)
            _ = try await all.book.current()
            try await all.set(Self.noonMs + 1_000)
            let before = await all.bed.database.statistics().reads
            _ = try await together(50) { _ in _ = try await all.book.current() }
            _ = try await all.book.current()
            #expect(await all.bed.database.statistics().reads == before + 1)
        }
    }

    @Test(arguments: Engine.allCases)
    func aClockThatWasSetBackBeginsTheBookAnew(_ engine: Engine) async throws {
        try await SelloutBed.with(engine) { all in
            try await all.bed.open(seats: 100, opening: Self.noonMs - 100_000)
            try await all.bed.sell([1, 2, 3], as: "a", atMs: Self.noonMs)
            // A clock that was an hour ahead has read to where there is nothing yet.
            try await all.set(Self.noonMs + 3_600_000)
            _ = try await all.book.current()
            try await all.set(Self.noonMs + 10_000)
            try await all.bed.sell([4], as: "b", atMs: Self.noonMs + 5_000)
            #expect(abs(try await weight(all) - 4) < 0.2)
        }
    }

    @Test(arguments: Engine.allCases)
    func whatHasFadedIsForgotten(_ engine: Engine) async throws {
        try await SelloutBed.with(engine) { all in
            try await all.bed.open(seats: 100, opening: Self.noonMs - 100_000)
            try await all.bed.sell([1, 2, 3], as: "a", atMs: Self.noonMs)
            try await all.set(Self.noonMs + 10_000)
            #expect(try await all.book.current().rates.count == 1)
            try await all.set(Self.noonMs + 10_000 + 3 * SelloutRate.memoryMs)
            #expect(try await all.book.current().rates.isEmpty)
            #expect(try await all.text() == "evening 3")
        }
    }
}
