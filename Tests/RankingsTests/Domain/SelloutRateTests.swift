import Testing
import Values

@testable import Rankings
@testable import TestKit

@Suite struct SelloutRateTests {
    private static let opening: Int64 = 1_800_000_000_000

    /// One seat each `everyMs` since the opening, up to and with `untilMs` after it.
    private func even(everyMs: Int64, untilMs: Int64) -> SelloutRate {
        var rate = SelloutRate(openingMs: Self.opening)
        for ms in stride(from: everyMs, through: untilMs, by: Int64.Stride(everyMs)) {
            rate.add(seats: 1, atMs: Self.opening + ms)
        }
        return rate
    }

    /// Whether the sale is a minute or a day old: 1 % is the error of counting whole seats.
    @Test(arguments: [60_000, 300_000, 3_600_000, 86_400_000] as [Int64])
    func anEvenSaleIsProjectedToItsEnd(ageMs: Int64) throws {
        let rate = even(everyMs: 500, untilMs: ageMs)
        let sold = ageMs / 500
        let target = sold * 3
        let projected = try #require(
            rate.projectedT90Ms(sold: sold, target: target, nowMs: Self.opening + ageMs)
        )
        #expect(abs(Double(projected) / Double(target * 500) - 1) < 0.01)
    }

    @Test func theOrderOfPaymentsDoesNotMatter() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("payments: seed \(seed)")
        var random = SeededRandom(seed)
        let payments = (0..<500).map { _ in
            (
                Int64.random(in: -4...10, using: &random),
                Int64.random(in: 0...9_000_000, using: &random)
            )
        }
        var inOrder = SelloutRate(openingMs: Self.opening)
        for (seats, ms) in payments.sorted(by: { $0.1 < $1.1 }) {
            inOrder.add(seats: seats, atMs: Self.opening + ms)
        }
        var shuffled = SelloutRate(openingMs: Self.opening)
        for (seats, ms) in payments { shuffled.add(seats: seats, atMs: Self.opening + ms) }
        let now = Self.opening + 9_000_000
        #expect(abs(inOrder.perMs(atMs: now) - shuffled.perMs(atMs: now)) < 1e-12, "seed \(seed)")
    }

    /// An independent formula: the sum over all payments, as the definition has it.
    @Test func theRateIsTheDecayedSum() {
        var rate = SelloutRate(openingMs: 0)
        rate.add(seats: 8, atMs: 300_000)
        rate.add(seats: 4, atMs: 600_000)
        // At 900 s: 8/4 + 4/2 = 4 seats; 1 - 2^-3 of 300 s / ln 2 = 432.8085 s.
        #expect(abs(rate.perMs(atMs: 900_000) - 4 / (432_808.512_266 * 0.875)) < 1e-12)
    }

    @Test func aRefundTakesItsSaleBack() {
        var rate = even(everyMs: 1_000, untilMs: 600_000)
        let before = rate.perMs(atMs: Self.opening + 900_000)
        rate.add(seats: 4, atMs: Self.opening + 700_000)
        rate.add(seats: -4, atMs: Self.opening + 700_000)
        #expect(abs(rate.perMs(atMs: Self.opening + 900_000) - before) < 1e-15)
        rate.add(seats: -1_000_000, atMs: Self.opening + 700_000)
        #expect(rate.perMs(atMs: Self.opening + 900_000) == 0)
        let now = Self.opening + 900_000
        #expect(rate.projectedT90Ms(sold: 100, target: 200, nowMs: now) == nil)
    }

    @Test func nineteenSeatsSayNothing() {
        let rate = even(everyMs: 1_500, untilMs: 30_000)
        let now = Self.opening + 30_000
        #expect(rate.projectedT90Ms(sold: 19, target: 90, nowMs: now) == nil)
        #expect(rate.projectedT90Ms(sold: 20, target: 90, nowMs: now) != nil)
    }

    @Test func aSaleOfLessThanHalfAMinuteSaysNothing() {
        let rate = even(everyMs: 100, untilMs: 10_000)
        let before = Self.opening + 29_999
        #expect(rate.projectedT90Ms(sold: 100, target: 900, nowMs: before) == nil)
        #expect(rate.projectedT90Ms(sold: 100, target: 900, nowMs: before + 1) != nil)
    }

    @Test func aSaleThatStoppedIsNotProjected() throws {
        let rate = even(everyMs: 1_000, untilMs: 600_000)
        var last: Int64 = 0
        for minutes in 10...70 as ClosedRange<Int64> {
            let now = Self.opening + minutes * 60_000
            let next = try #require(rate.projectedT90Ms(sold: 600, target: 900, nowMs: now))
            #expect(next > last)
            last = next
        }
        for days in [1, 30, 10_000] as [Int64] {
            let now = Self.opening + days * 86_400_000
            #expect(rate.projectedT90Ms(sold: 600, target: 900, nowMs: now) == nil)
        }
    }

    @Test func nothingIsProjectedBeforeTheOpening() {
        var rate = SelloutRate(openingMs: Self.opening)
        rate.add(seats: 50, atMs: Self.opening - 60_000)
        for now in [-120_000, -1, 0] as [Int64] {
            let nowMs = Self.opening + now
            #expect(rate.perMs(atMs: nowMs) == 0)
            #expect(rate.projectedT90Ms(sold: 50, target: 90, nowMs: nowMs) == nil)
        }
    }

    /// What a restart reads again, the last `memoryMs`, is as good as everything.
    @Test func whatIsOlderThanTheMemoryDoesNotCount() {
        let all = even(everyMs: 1_000, untilMs: 4 * SelloutRate.memoryMs)
        var recent = SelloutRate(openingMs: Self.opening)
        let from = 3 * SelloutRate.memoryMs
        for ms in stride(from: from, through: 4 * SelloutRate.memoryMs, by: 1_000) {
            recent.add(seats: 1, atMs: Self.opening + ms)
        }
        let now = Self.opening + 4 * SelloutRate.memoryMs
        #expect(abs(recent.perMs(atMs: now) / all.perMs(atMs: now) - 1) < 1e-5)
    }
}
