import Foundation
import Synchronization

/// Lets a few suites run at once; those that run alone come after all the others, one by one.
///
/// A test that hangs would keep all that come after it waiting: a time limit cancels a test, and
/// one that does not look for that goes on. A run in which a suite goes beyond all patience ends,
/// and names the suite.
final class SuiteGate: Sendable {
    static let shared = SuiteGate(
        width: number("ONSALE_TEST_SUITES") ?? ProcessInfo.processInfo.activeProcessorCount * 2,
        // A busy machine takes 6 minutes for the longest one.
        patience: .seconds(
            60 * (15 + (number("ONSALE_SOAK_MINUTES") ?? 0) + (number("ONSALE_FUZZ_MINUTES") ?? 0))
        ),
        giveUp: { name in
            FileHandle.standardError.write(Data("\(name) hangs: the run ends here\n".utf8))
            exit(1)
        }
    )

    private static func number(_ name: String) -> Int? {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
    }

    private struct Waiter {
        let name: String
        let isAlone: Bool
        let order: Duration
        let continuation: UnsafeContinuation<SuiteThreads, Never>
    }

    private struct State {
        /// Suites that run side by side and have not ended, those that have not come among them.
        var expected = 0
        /// Since when.
        var running: [String: ContinuousClock.Instant] = [:]
        var waiting: [Waiter] = []
        var idle: [SuiteThreads] = []
    }

    /// Suites at once. A suite waits for its engines more than half of the time (all of them, one
    /// after the other, take 0.4 of one processor): two a processor keep these busy.
    private let width: Int
    /// As many as the pool has on a small machine: a test blocks one of them at most.
    private static let threads = 2
    private let state = Mutex(State())

    private let patience: Duration
    private let giveUp: @Sendable (String) -> Void

    init(width: Int, patience: Duration, giveUp: @escaping @Sendable (String) -> Void) {
        self.width = max(1, width)
        self.patience = patience
        self.giveUp = giveUp
        watch()
    }

    func expectOne() { state.withLock { $0.expected += 1 } }

    /// The longest suites come first, or the last of them would end long after the others.
    func enter(_ name: String, alone isAlone: Bool, order: Duration) async -> SuiteThreads {
        await withUnsafeContinuation { continuation in
            let waiter = Waiter(
                name: name,
                isAlone: isAlone,
                order: order,
                continuation: continuation
            )
            state.withLock { $0.waiting.append(waiter) }
            admit()
        }
    }

    func leave(_ name: String, _ threads: SuiteThreads, alone isAlone: Bool) {
        state.withLock { state in
            state.idle.append(threads)
            state.running[name] = nil
            if !isAlone { state.expected -= 1 }
        }
        admit()
    }

    private func admit() {
        let admitted = state.withLock { state in
            var admitted: [(Waiter, SuiteThreads)] = []
            while let next = Self.next(of: state, width: width) {
                let threads = state.idle.popLast() ?? SuiteThreads(threads: Self.threads)
                let waiter = state.waiting.remove(at: next)
                state.running[waiter.name] = .now
                admitted.append((waiter, threads))
            }
            return admitted
        }
        for (waiter, threads) in admitted { waiter.continuation.resume(returning: threads) }
    }

    /// On a thread of its own: what hangs may have taken all those that Swift and Dispatch have.
    private func watch() {
        let thread = Thread { [weak self] in
            while let self, !givesUp() { Thread.sleep(forTimeInterval: 0.1) }
        }
        thread.start()
    }

    private func givesUp() -> Bool {
        let overdue = state.withLock { state in
            state.running.first { $0.value.duration(to: .now) >= patience }?.key
        }
        if let overdue { giveUp(overdue) }
        return overdue != nil
    }

    private static func next(of state: State, width: Int) -> Int? {
        let isAlone = state.expected == 0
        guard state.running.count < (isAlone ? 1 : width) else { return nil }
        let fitting = state.waiting.indices.filter { state.waiting[$0].isAlone == isAlone }
        return fitting.max { state.waiting[$0].order < state.waiting[$1].order }
    }
}
