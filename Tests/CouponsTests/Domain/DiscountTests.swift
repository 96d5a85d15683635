import Testing
import Values

@testable import Coupons
@testable import TestKit

@Suite struct DiscountTests {
    private static let totals: [Int64] = [
        0, 1, 99, 100, 101, (1 << 53) - 1, 1 << 53, (1 << 53) + 1, 100 << 53, .max - 1, .max,
    ]

    /// A product of a large total and a percentage is beyond 63 bits.
    @Test func aPercentageOfAnyTotalIsExact() {
        let seed = UInt64.random(in: .min ... .max)
        print("totals drawn with seed \(seed)")
        var random = SeededRandom(seed)
        let drawn = (0..<1_000).map { _ in Int64.random(in: 0...(.max), using: &random) }
        for total in Self.totals + drawn {
            for percent in [Int64(1), 2, 33, 50, 99, 100] {
                let (high, low) = total.multipliedFullWidth(by: percent)
                let exact = Int64(100).dividingFullWidth((high, low)).quotient
                #expect(Discount.percent(percent).off(total) == exact, "\(percent) % of \(total)")
            }
        }
    }

    @Test func pointsTakeNothingBelowZero() {
        for total in Self.totals {
            #expect(Discount.amount(Points.max).off(total) == min(Points.max, total))
        }
    }
}
