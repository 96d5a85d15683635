import Program
import TestGate
import Testing

@testable import Rehearsal

@Suite(.sideBySide) struct OptionsTests {
    private func problem(_ arguments: [String], _ environment: [String: String] = [:]) -> String? {
        guard
            case .failure(.bad(let line)) = RehearsalOptions.parse(
                arguments,
                environment: environment
            )
        else { return nil }
        return line
    }

    @Test func withoutFlagsTheDefaultsHold() throws {
        #expect(try RehearsalOptions.parse([]).get() == RehearsalOptions())
    }

    @Test func everyFlagIsRead() throws {
        let options = try RehearsalOptions.parse([
            "--url", "https://sale.example:1/", "--visitors", "7", "--room=blue", "--arrive", "0.5",
            "--leavers", "0", "--sleepers", "1", "--double-clickers", "0.25", "--liars", "0.75",
            "--stay", "2", "--finish", "leave", "--admin-key-file", "k", "--capacity", "3",
            "--rate", "none", "--session-seconds", "9", "--connections", "5", "--timeout", "6",
            "--seed", "18446744073709551615", "--json", "r.json", "--quiet", "--watchers", "4",
            "--operator", "5:pause",
        ]).get()
        var expected = RehearsalOptions()
        expected.url = "https://sale.example:1"
        expected.visitors = 7
        expected.room = "blue"
        expected.arriveSeconds = 0.5
        (expected.leavers, expected.sleepers) = (0, 1)
        (expected.doubleClickers, expected.liars) = (0.25, 0.75)
        expected.staySeconds = 2
        expected.finish = .leave
        expected.adminKeyFile = "k"
        (expected.capacity, expected.rate) = (.atMost(3), .unlimited)
        expected.sessionSeconds = 9
        expected.connections = 5
        expected.timeoutSeconds = 6
        expected.seed = .max
        expected.jsonFile = "r.json"
        expected.isQuiet = true
        expected.watchers = 4
        expected.acts = [OperatorAct(atSeconds: 5, kind: .pause)]
        #expect(options == expected)
    }

    @Test func everyFlagIsAlsoAVariable() throws {
        #expect(
            Flag.all.first { $0.name == "double-clickers" }?.variable == "ONSALE_DOUBLE_CLICKERS"
        )
        let environment = ["ONSALE_VISITORS": "7", "ONSALE_QUIET": "1", "ONSALE_LIARS": "0.5"]
        let options = try RehearsalOptions.parse(["--liars", "0.1"], environment: environment).get()
        #expect(options.visitors == 7)
        #expect(options.isQuiet)
        #expect(options.liars == 0.1)
    }

    @Test(arguments: [
        ["--visitors", "0"], ["--visitors", "1.5"], ["--visitors"], ["--leavers", "1.1"],
        ["--leavers", "nan"], ["--url", "ftp://x"], ["--url", "http://"], ["--room", "a/b"],
        ["--capacity", "0"], ["--finish", "maybe"], ["--wat"], ["visitors"], ["--quiet=perhaps"],
        ["--capacity", "3"], ["--finish", "done"], ["--operator", "5:pause"],
        ["--seed", "-1"],
        ["--connections", "16000", "--watchers", "1"],
    ])
    func aBadValueIsOneLine(arguments: [String]) throws {
        let line = try #require(problem(arguments))
        #expect(!line.contains("\n"))
    }

    @Test func aBadVariableIsNamed() {
        #expect(problem([], ["ONSALE_ARRIVE": "soon"])?.hasPrefix("ONSALE_ARRIVE:") == true)
    }

    @Test func helpNamesEveryFlag() {
        #expect(RehearsalOptions.parse(["--visitors", "3", "--help"]) == .failure(.helpWanted))
        for flag in Flag.all { #expect(RehearsalOptions.usage.contains("--" + flag.name)) }
    }

    @Test func exitCodesTellHelpFromABadFlag() async {
        #expect(await Rehearsal.run(arguments: ["--visitors", "x"], environment: [:]) == 64)
        #expect(
            await Rehearsal.run(arguments: ["--admin-key-file", "/nowhere"], environment: [:]) == 64
        )
    }
}
