import EventLoop
import Synchronization
import TestGate
import Testing

@testable import Engines

@Suite(.sideBySide, .timeLimit(.minutes(1))) struct TurnReadsTests {
    /// How often each key was read; what it reads is how often that was.
    private final class Book: Sendable {
        private let counts = Mutex<[String: Int]>([:])

        func read(_ key: String) async throws(StoreError) -> Int {
            let count = counts.withLock { counts in
                counts[key, default: 0] += 1
                return counts[key] ?? 0
            }
            // Others may ask before it is answered.
            await Task.yield()
            if key == "away" { throw .unavailable("as told") }
            return count
        }

        func count(_ key: String) -> Int { counts.withLock { $0[key] ?? 0 } }
    }

    private static func with(
        _ body: @escaping @Sendable (TurnReads<String, Int>, Book, EventLoop) async -> Void
    ) async {
        let loop = EventLoop.start()
        let book = Book()
        let reads = TurnReads<String, Int>(on: loop) { key async throws(StoreError) in
            try await book.read(key)
        }
        await Task(executorPreference: loop) { await body(reads, book, loop) }.value
        loop.stop()
    }

    /// Asked by tasks that are made in one turn, so all of them have asked before it ends.
    private static func ask(
        _ keys: [String],
        _ reads: TurnReads<String, Int>,
        on loop: EventLoop
    ) -> [Task<Int?, Never>] {
        keys.map { key in
            Task(executorPreference: loop) { try? await reads.value(key) }
        }
    }

    @Test func whatManyAskForIsReadOnce() async {
        await Self.with { reads, book, loop in
            let asked = Self.ask(["a", "a", "b", "a"], reads, on: loop)
            for task in asked { #expect(await task.value == 1) }
            #expect(book.count("a") == 1 && book.count("b") == 1)
        }
    }

    /// Nobody is given what was read before they asked.
    @Test func whoComesLaterReadsAnew() async {
        await Self.with { reads, book, loop in
            for turn in 1...3 {
                for task in Self.ask(["a", "a"], reads, on: loop) {
                    #expect(await task.value == turn)
                }
            }
            #expect(book.count("a") == 3)
        }
    }

    @Test func whatFailsFailsForAll() async {
        await Self.with { reads, book, loop in
            for task in Self.ask(["away", "a", "away"], reads, on: loop) {
                let value = await task.value
                #expect(value == nil || value == 1)
            }
            #expect(book.count("away") == 1 && book.count("a") == 1)
            await #expect(throws: StoreError.unavailable("as told")) {
                try await reads.value("away")
            }
        }
    }
}
