import Testing

@testable import EventLoop
@testable import TestKit

@Suite struct DeadlinesTests {
    @Test func theFirstIsTakenAndOnlyWhenDue() {
        var due = Deadlines<String>()
        for (key, ms) in [("c", 30), ("a", 10), ("b", 20)] { due.set(key, dueMs: Int64(ms)) }
        #expect(due.takeFirst(atMs: 9) == nil)
        #expect(due.takeFirst(atMs: 20) == "a")
        #expect(due.takeFirst(atMs: 20) == "b")
        #expect(due.takeFirst(atMs: 20) == nil)
        #expect(due.contains("c") && !due.contains("a") && due.count == 1)
        due.remove("c")
        #expect(due.takeFirst(atMs: 30) == nil && due.count == 0)
    }

    /// Against a plain dictionary, with keys that are moved again and again.
    @Test func aKeyIsDueWhenItWasSetLast() {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededRandom(seed)
        var due = Deadlines<Int>()
        var model: [Int: Int64] = [:]
        var nowMs: Int64 = 0
        for _ in 0..<20_000 {
            let key = Int.random(in: 0..<50, using: &random)
            let ms = nowMs + Int64.random(in: 0..<1_000, using: &random)
            due.set(key, dueMs: ms)
            model[key] = ms
            if Int.random(in: 0..<10, using: &random) == 0 {
                nowMs += Int64.random(in: 0..<100, using: &random)
                while let taken = due.takeFirst(atMs: nowMs) {
                    let first = model.values.min()
                    #expect(model[taken] == first, "seed \(seed)")
                    model[taken] = nil
                }
                #expect(model.values.allSatisfy { $0 > nowMs }, "seed \(seed)")
            }
            #expect(due.count == model.count, "seed \(seed)")
        }
    }
}
