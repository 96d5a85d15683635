import Testing
import Values

@testable import Rankings

@Suite struct SelloutFractionTests {
    @Test(
        arguments: [
            (10, 9), (11, 10), (70, 63), (110, 99), (1, 1), (200_000, 180_000), (0, 0), (19, 18),
        ] as [(Int64, Int64)]
    )
    func nineTenthsAreRoundedUp(_ allotment: Int64, _ seats: Int64) {
        #expect(SelloutFraction.usual.seats(of: allotment) == seats)
        #expect(SelloutFraction.strict.seats(of: allotment) == allotment)
    }

    @Test func theLeastSeatsThatAreTheShare() throws {
        for thousandths in 1...1000 as ClosedRange<Int64> {
            let fraction = try #require(SelloutFraction(thousandths: thousandths))
            for allotment in [1, 7, 999, 1000, 1001, 12_345] as [Int64] {
                let seats = fraction.seats(of: allotment)
                let isLeast = (seats - 1) * 1000 < allotment * thousandths
                #expect(seats * 1000 >= allotment * thousandths && isLeast)
            }
        }
    }

    @Test func settings() {
        #expect(SelloutFraction("0.9") == .usual && SelloutFraction("0.900") == .usual)
        #expect(SelloutFraction("1") == .strict && SelloutFraction("1.0") == .strict)
        #expect(SelloutFraction("0.005")?.thousandths == 5)
        let others = ["", "0", "0.0", "1.001", ".9", "0.", "0.9000", "2", "-0.9", "0.9.1", "0.9 "]
        for text in others { #expect(SelloutFraction(text) == nil, "\(text)") }
        #expect(SelloutFraction(thousandths: 0) == nil && SelloutFraction(thousandths: 1001) == nil)
    }
}

@Suite struct SelloutTests {
    private func sellout(
        _ name: String,
        t90: Int64? = nil,
        t100: Int64? = nil,
        sold: Int64 = 100,
        projected: Int64? = nil
    ) -> Sellout {
        Sellout(
            performance: name,
            openingMs: 1_000,
            t90AtMs: t90.map { $0 + 1_000 },
            t100AtMs: t100.map { $0 + 1_000 },
            sold: sold,
            projectedT90Ms: projected
        )
    }

    @Test func timesCountFromTheOpening() {
        let fast = sellout("a", t90: 291_000, t100: 1_218_000)
        #expect(fast.t90Ms == 291_000 && fast.t100Ms == 1_218_000)
        #expect(sellout("a").t90Ms == nil && sellout("a").t100Ms == nil)
        #expect(sellout("a", t90: -5).t90Ms == 0)
    }

    @Test func whoCrossedStandsBeforeWhoMight() {
        let right = [
            sellout("e", t90: 5, t100: 9), sellout("d", t90: 5, t100: 10),
            sellout("a", t90: 5, sold: 300), sellout("b", t90: 5, sold: 200),
            sellout("c", t90: 5, sold: 200), sellout("z", t90: 6, t100: 7),
            // A projection that says less than a time that was reached does not overtake it.
            sellout("y", projected: 1), sellout("x", projected: 2),
            sellout("v", sold: 19), sellout("u", sold: 3), sellout("w", sold: 3),
        ]
        #expect(right.reversed().sorted(by: Sellout.isFaster) == right)
        for (index, left) in right.enumerated() {
            for (other, entry) in right.enumerated() {
                #expect(Sellout.isFaster(left, entry) == (index < other))
            }
        }
    }
}
