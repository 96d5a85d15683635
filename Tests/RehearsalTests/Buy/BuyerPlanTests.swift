import Program
import TestGate
import Testing

@testable import Rehearsal

@Suite(.sideBySide) struct BuyerPlanTests {
    private func plans(_ options: RehearsalOptions, _ count: Int = 20_000) -> [BuyerPlan] {
        (0..<count).map { BuyerPlan.make(index: $0, options: options) }
    }

    @Test func oneSeedIsOnePlan() {
        var options = RehearsalOptions()
        let before = plans(options, 500)
        #expect(plans(options, 500) == before)
        options.seed = 2
        #expect(plans(options, 500) != before)
    }

    @Test func charactersComeInTheirParts() {
        let plans = plans(RehearsalOptions())
        let part = { (has: (BuyerPlan) -> Bool) in
            Double(plans.count(where: has)) / Double(plans.count)
        }
        #expect(abs(part { $0.ending == .vanishes } - 0.025) < 0.005)
        #expect(abs(part { $0.ending == .paysLate } - 0.025) < 0.005)
        #expect(abs(part { $0.ending == .releases } - 0.03) < 0.005)
        #expect(abs(part { $0.funds != .enough } - 0.1) < 0.01)
        #expect(abs(part { $0.payment == .twiceAtOnce } - 0.05) < 0.005)
        #expect(abs(part { $0.cancel != .never } - 0.02) < 0.005)
        #expect(abs(part { $0.hangUpMs != nil } - 0.03) < 0.005)
        #expect(abs(part { $0.lie != nil } - 0.05) < 0.005)
        for lie in ShopLie.allCases { #expect(part { $0.lie == lie } > 0.001) }
        for seats in 1...4 { #expect(abs(part { $0.seats == seats } - 0.25) < 0.02) }
        #expect(plans.allSatisfy { !$0.buysAgain || $0.cancel != .never })
    }

    @Test func turningOneCharacterOffLeavesTheOthersAsTheyWere() {
        var options = RehearsalOptions()
        let before = plans(options, 500)
        options.shares.cheats = 0
        options.shares.abandon = 0
        let after = plans(options, 500)
        #expect(after.map(\.seats) == before.map(\.seats))
        #expect(after.map(\.payment) == before.map(\.payment))
        #expect(after.map(\.cancel) == before.map(\.cancel))
        #expect(after.allSatisfy { $0.lie == nil && $0.ending != .vanishes })
    }

    @Test func flagsOfBuyersNeedAPerformance() throws {
        #expect(throws: OptionProblem.self) {
            try RehearsalOptions.parse(["--cancel", "0.5"]).get()
        }
        let options = try RehearsalOptions.parse([
            "--performance", "demo", "--cancel", "0.5", "--max-seats", "2", "--abandon", "0",
            "--release", "0.1", "--poor", "0.2", "--pay-twice", "0.3", "--two-keys", "0.4",
            "--charge-along", "0.6", "--hang-up", "0.7", "--cheats", "0.8",
            "--hold-seconds", "9", "--idle-seconds", "8", "--admin-key-file", "k",
        ]).get()
        #expect(options.performance == "demo" && options.room == nil && options.maxSeats == 2)
        #expect(options.holdSeconds == 9 && options.idleSeconds == 8)
        let shares = options.shares
        #expect([shares.cancel, shares.abandon, shares.release] == [0.5, 0, 0.1])
        #expect([shares.poor, shares.payTwice, shares.twoKeys] == [0.2, 0.3, 0.4])
        #expect([shares.chargeAlong, shares.hangUp, shares.cheats] == [0.6, 0.7, 0.8])
    }
}
