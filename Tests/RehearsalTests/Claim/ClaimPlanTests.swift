import TestGate
import Testing

@testable import Rehearsal

@Suite(.sideBySide) struct ClaimPlanTests {
    private func plans(_ options: RehearsalOptions, _ count: Int = 20_000) -> [ClaimPlan] {
        (0..<count).map { ClaimPlan.make(index: $0, options: options) }
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
        let part = { (has: (ClaimPlan) -> Bool) in
            Double(plans.count(where: has)) / Double(plans.count)
        }
        #expect(abs(part { $0.copies > 1 } - 0.2) < 0.01)
        for copies in 2...5 { #expect(abs(part { $0.copies == copies } - 0.05) < 0.01) }
        #expect(abs(part { $0.hangUpMs != nil } - 0.1) < 0.01)
        #expect(abs(part { $0.returnMs != nil } - 0.1) < 0.01)
        for lie in ClaimLie.allCases { #expect(abs(part { $0.lie == lie } - 0.01) < 0.003) }
        #expect(plans.allSatisfy { (0..<1_000).contains($0.arriveMs) })
        #expect(Set(plans.map(\.arriveMs)).count > 900)
    }

    @Test func turningOneCharacterOffLeavesTheOthersAsTheyWere() {
        var options = RehearsalOptions()
        let before = plans(options, 500)
        options.claims.duplicates = 0
        options.claims.impatient = 0
        let after = plans(options, 500)
        #expect(after.allSatisfy { $0.copies == 1 && $0.hangUpMs == nil })
        #expect(after.map(\.returnMs) == before.map(\.returnMs))
        #expect(after.map(\.lie) == before.map(\.lie))
    }

    @Test func withinNoTimeEverybodyComesAtOnce() {
        var options = RehearsalOptions()
        options.claims.withinSeconds = 0
        #expect(plans(options, 500).allSatisfy { $0.arriveMs == 0 })
    }
}
