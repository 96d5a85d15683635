import EventLoop
import Synchronization
import TestGate
import Testing

@testable import Engines

@Suite(.sideBySide, .timeLimit(.minutes(1))) struct GatherTests {
    private typealias Sums = Gather<String, Int, Int>

    /// Calls with their questions, in their order.
    private final class Calls: Sendable {
        private let all = Mutex<[String: [[Int]]]>([:])

        func note(_ subject: String, _ questions: [Int]) {
            all.withLock { $0[subject, default: []].append(questions) }
        }

        func of(_ subject: String) -> [[Int]] { all.withLock { $0[subject] ?? [] } }
    }

    /// Tasks that are made in one turn of the loop have asked before it ends.
    private static func ask(
        _ questions: [(subject: String, number: Int)],
        _ calls: Calls
    ) async -> [Result<Int?, StoreError>] {
        let loop = EventLoop.start()
        defer { loop.stop() }
        let gather = Sums(on: loop, callMax: 3) { subject, asked async throws(StoreError) in
            calls.note(subject, asked.map(\.question))
            await Task.yield()
            switch subject {
            case "away": throw .unavailable("as told")
            case "nobody": return nil
            default: return asked.map { 10 * $0.question }
            }
        }
        return await Task(executorPreference: loop) {
            let tasks = questions.map { subject, number in
                Task(executorPreference: loop) {
                    await Result.caught { () async throws(StoreError) in
                        try await gather.ask(number, about: subject)
                    }
                }
            }
            var answers: [Result<Int?, StoreError>] = []
            for task in tasks { answers.append(await task.value) }
            return answers
        }.value
    }

    @Test func aTurnLeavesAsCallsOfAtMostSoMany() async {
        let calls = Calls()
        let questions = (0..<8).map { ($0 == 4 ? "b" : "a", $0) }
        let answers = await Self.ask(questions, calls)
        #expect(answers == (0..<8).map { .success(10 * $0) })
        #expect(calls.of("a").sorted { $0[0] < $1[0] } == [[0, 1, 2], [3, 5, 6], [7]])
        #expect(calls.of("b") == [[4]])
    }

    @Test func eachSubjectIsAnsweredByItself() async {
        let answers = await Self.ask([("away", 1), ("nobody", 2), ("a", 3), ("away", 4)], Calls())
        let away = Result<Int?, StoreError>.failure(.unavailable("as told"))
        #expect(answers == [away, .success(nil), .success(30), away])
    }
}
