import Foundation
import Synchronization

/// Lets a few suites run at once; those that run alone come after all the others, one by one.
final class SuiteGate: Sendable {
    static let shared = SuiteGate(
        width: ProcessInfo.processInfo.environment["ONSALE_TEST_SUITES"].flatMap { Int($0) }
            ?? ProcessInfo.processInfo.activeProcessorCount * 2
    )

    private struct Waiter {
        let isAlone: Bool
        let order: Duration
        let continuation: UnsafeContinuation<SuiteThreads, Never>
    }

    private struct State {
        /// Suites that run side by side and have not ended, those that have not come among them.
        var expected = 0
        var running = 0
        var waiting: [Waiter] = []
        var idle: [SuiteThreads] = []
    }

    /// Suites at once. A suite waits for its engines more than half of the time (all of them, one
    /// after the other, take 0.4 of one processor): two a processor keep these busy.
    private let width: Int
    /// As many as the pool has on a small machine: a test blocks one of them at most.
    private static let threads = 2
    private let state = Mutex(State())

    init(width: Int) { self.width = max(1, width) }

    func expectOne() { state.withLock { $0.expected += 1 } }

    /// The longest suites come first, or the last of them would end long after the others.
    func enter(alone isAlone: Bool, order: Duration) async -> SuiteThreads {
        await withUnsafeContinuation { continuation in
            let waiter = Waiter(isAlone: isAlone, order: order, continuation: continuation)
            state.withLock { $0.waiting.append(waiter) }
            admit()
        }
    }

    func leave(_ threads: SuiteThreads, alone isAlone: Bool) {
        state.withLock { state in
            state.idle.append(threads)
            state.running -= 1
            if !isAlone { state.expected -= 1 }
        }
        admit()
    }

    private func admit() {
        let admitted = state.withLock { state in
            var admitted: [(Waiter, SuiteThreads)] = []
            while let next = Self.next(of: state, width: width) {
                let threads = state.idle.popLast() ?? SuiteThreads(threads: Self.threads)
                admitted.append((state.waiting.remove(at: next), threads))
                state.running += 1
            }
            return admitted
        }
        for (waiter, threads) in admitted { waiter.continuation.resume(returning: threads) }
    }

    private static func next(of state: State, width: Int) -> Int? {
        let isAlone = state.expected == 0
        guard state.running < (isAlone ? 1 : width) else { return nil }
        let fitting = state.waiting.indices.filter { state.waiting[$0].isAlone == isAlone }
        return fitting.max { state.waiting[$0].order < state.waiting[$1].order }
    }
}
