import EventLoop
import Synchronization
import TestGate
import Testing
import Values

@testable import Engines
@testable import Ledger
@testable import TestKit

/// A user reads one list at a time, and others do not wait for it.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct ListTurnTests {
    /// Lets reads begin, and ends them one by one.
    private final class Reads: Sendable {
        private struct State {
            var began = 0
            var waiting: [UnsafeContinuation<Void, Never>] = []
        }

        private let state = Mutex(State())
        var began: Int { state.withLock { $0.began } }

        func read() async {
            await withUnsafeContinuation { continuation in
                state.withLock {
                    $0.began += 1
                    $0.waiting.append(continuation)
                }
            }
        }

        /// Whether so many have begun, which it waits for.
        func haveBegun(_ count: Int) async -> Bool {
            for _ in 0..<5_000 {
                if began == count { return true }
                try? await Task.sleep(for: .milliseconds(1))
            }
            return false
        }

        /// Ends the first that is under way.
        func endOne() {
            let first = state.withLock { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }
            first?.resume()
        }
    }

    private func ask(_ turns: ListTurns, _ name: String, _ clock: Clock, _ reads: Reads)
        -> Task<Result<Bool, StoreError>, Never>
    {
        Task.immediate {
            await Result.caught { () async throws(StoreError) in
                guard let user = UserID(name) else { return false }
                let done = try await turns.turn(of: user, clock: clock) {
                    () async throws(StoreError) in
                    await reads.read()
                    return true
                }
                return done ?? false
            }
        }
    }

    @Test func oneOfAUserIsReadAndOthersWaitOrAreRefused() async throws {
        let turns = ListTurns(), reads = Reads(), bobs = Reads()
        let mine = (0...ListTurns.waitingMax).map { _ in ask(turns, "ann", .system, reads) }
        #expect(reads.began == 1)
        // One more than may wait.
        #expect(await ask(turns, "ann", .system, reads).value == .success(false))
        let bob = ask(turns, "bob", .system, bobs)
        #expect(bobs.began == 1)
        bobs.endOne()
        #expect(await bob.value == .success(true))
        for (place, read) in mine.enumerated() {
            #expect(await reads.haveBegun(place + 1))
            reads.endOne()
            #expect(await read.value == .success(true))
        }
        // Nothing is left behind.
        let last = ask(turns, "ann", .system, reads)
        #expect(reads.began == mine.count + 1)
        reads.endOne()
        #expect(await last.value == .success(true))
    }

    @Test func whoeverWaitedTooLongOrHasGoneReadsNothing() async throws {
        let turns = ListTurns(), reads = Reads(), time = VirtualTime()
        let first = ask(turns, "ann", time.clock, reads)
        let late = ask(turns, "ann", time.clock, reads)
        let gone = ask(turns, "ann", time.clock, reads)
        time.set(VirtualTime.startMs + 1_999)
        let inTime = ask(turns, "ann", time.clock, reads)
        time.set(VirtualTime.startMs + 2_000)
        gone.cancel()
        reads.endOne()
        #expect(await first.value == .success(true))
        for read in [late, gone] {
            guard case .failure(.busy) = await read.value else {
                Issue.record("\(await read.value)")
                continue
            }
        }
        #expect(await reads.haveBegun(2))
        reads.endOne()
        #expect(await inTime.value == .success(true))
    }
}
