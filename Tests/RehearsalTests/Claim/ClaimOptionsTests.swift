import Program
import TestGate
import Testing

@testable import Rehearsal

@Suite(.sideBySide) struct ClaimOptionsTests {
    @Test func everyFlagIsRead() throws {
        let options = try RehearsalOptions.parse([
            "--coupon", "early", "--quantity", "50", "--within-seconds", "0.5", "--duplicates",
            "0.1", "--impatient", "0.3", "--returners", "0", "--retries", "4",
            "--admin-key-file", "k",
        ]).get()
        var expected = RehearsalOptions()
        expected.coupon = "early"
        expected.adminKeyFile = "k"
        expected.claims.quantity = 50
        expected.claims.withinSeconds = 0.5
        (expected.claims.duplicates, expected.claims.impatient) = (0.1, 0.3)
        (expected.claims.returners, expected.claims.retries) = (0, 4)
        #expect(options == expected)
    }

    @Test(arguments: [
        ["--coupon", "a/b"], ["--coupon", ""], ["--coupon", "c", "--quantity", "5"],
        ["--coupon", "c", "--admin-key-file", "k", "--quantity", "0"],
        ["--coupon", "c", "--admin-key-file", "k", "--quantity", "1000001"],
        ["--duplicates", "0.1"], ["--coupon", "c", "--duplicates", "2"],
        ["--coupon", "c", "--room", "demo"], ["--coupon", "c", "--performance", "demo"],
        ["--coupon", "c", "--watchers", "1"], ["--coupon", "c", "--finish", "leave"],
        ["--coupon", "c", "--retries", "-1"],
    ])
    func aBadValueIsOneLine(arguments: [String]) {
        guard case .failure(.bad(let line)) = RehearsalOptions.parse(arguments) else {
            return #expect(Bool(false), "it was taken")
        }
        #expect(!line.contains("\n"))
    }
}
