import TestGate
import Testing

@testable import Rehearsal

@Suite(.sideBySide) struct PlanTests {
    private func plans(_ options: RehearsalOptions, _ count: Int = 20_000) -> [VisitorPlan] {
        (0..<count).map { VisitorPlan.make(index: $0, options: options) }
    }

    @Test func oneSeedIsOnePlan() {
        var options = RehearsalOptions()
        #expect(plans(options, 500) == plans(options, 500))
        let before = plans(options, 500)
        options.seed = 2
        #expect(plans(options, 500) != before)
    }

    @Test func charactersComeInTheirParts() {
        let plans = plans(RehearsalOptions())
        let part = { (has: (VisitorPlan) -> Bool) in
            Double(plans.count(where: has)) / Double(plans.count)
        }
        #expect(abs(part { $0.leaving == .saying } - 0.15) < 0.01)
        #expect(abs(part { $0.leaving == .vanishing } - 0.15) < 0.01)
        #expect(abs(part { $0.sleepAfter > 0 } - 0.05) < 0.005)
        #expect(abs(part { $0.isDoubleClicker } - 0.05) < 0.005)
        #expect(abs(part { $0.lie != nil } - 0.02) < 0.005)
        for lie in VisitorPlan.Lie.allCases { #expect(part { $0.lie == lie } > 0.002) }
        #expect(plans.allSatisfy { (0..<10_000).contains($0.arriveMs) })
        let stay = plans.reduce(0.0) { $0 + Double($1.stayMs) } / Double(plans.count)
        #expect(abs(stay - 1_000) < 30)
        #expect(plans.allSatisfy { $0.stayMs <= 5_000 })
    }

    @Test func turningOneCharacterOffLeavesTheOthersAsTheyWere() {
        var options = RehearsalOptions()
        let arrivals = plans(options, 500).map(\.arriveMs)
        options.leavers = 0
        #expect(plans(options, 500).map(\.arriveMs) == arrivals)
        #expect(plans(options, 500).allSatisfy { $0.leaving == .never && $0.leaveAfter == 0 })
    }
}
