import EventLoop
import Synchronization
import Testing

@Suite struct RoundsTests {
    /// Rounds that last until they are let go.
    private final class Long: Sendable {
        private struct State {
            var begun = 0
            var cancelled = 0
            var isOpen = false
        }
        private let state = Mutex(State())

        var begun: Int { state.withLock { $0.begun } }
        var cancelled: Int { state.withLock { $0.cancelled } }
        func open() { state.withLock { $0.isOpen = true } }

        func round(on loop: EventLoop) async {
            state.withLock { $0.begun += 1 }
            while !Task.isCancelled, !state.withLock({ $0.isOpen }) { await loop.sleep(ms: 1) }
            if Task.isCancelled { state.withLock { $0.cancelled += 1 } }
        }
    }

    /// Does `body` with rounds of 1 ms.
    private func with(_ body: @Sendable @escaping (Rounds, Long) async -> Void) async {
        let loop = EventLoop.start()
        defer { loop.stop() }
        let long = Long()
        let rounds = Rounds(everyMs: 1, on: loop) { await long.round(on: loop) }
        await Task(executorPreference: loop) { await body(rounds, long) }.value
    }

    @Test func oneAtATime() async {
        await with { rounds, long in
            await rounds.start(afterMs: 0)
            while long.begun == 0 { await rounds.loop.sleep(ms: 1) }
            for _ in 0..<20 { await rounds.loop.sleep(ms: 1) }
            #expect(long.begun == 1)
            long.open()
            while long.begun < 5 { await rounds.loop.sleep(ms: 1) }
            await rounds.stop()
            await rounds.ended()
        }
    }

    @Test func whoStopsIsToldTheEndOfTheRoundInHand() async {
        await with { rounds, long in
            await rounds.start()
            while long.begun == 0 { await rounds.loop.sleep(ms: 1) }
            await rounds.stop()
            await rounds.ended()
            #expect(long.cancelled == 1)
            for _ in 0..<5 { await rounds.loop.sleep(ms: 1) }
            #expect(long.begun == 1)
        }
    }

    @Test func aRoundMayStopItsRounds() async {
        let loop = EventLoop.start()
        defer { loop.stop() }
        let own = Mutex<Rounds?>(nil)
        let begun = Atomic<Int>(0)
        let rounds = Rounds(everyMs: 1, on: loop) {
            begun.add(1, ordering: .relaxed)
            await own.withLock { $0 }?.stop()
        }
        own.withLock { $0 = rounds }
        await Task(executorPreference: loop) {
            await rounds.start()
            while begun.load(ordering: .relaxed) == 0 { await loop.sleep(ms: 1) }
            await rounds.ended()
            for _ in 0..<5 { await loop.sleep(ms: 1) }
        }.value
        #expect(begun.load(ordering: .relaxed) == 1)
        own.withLock { $0 = nil }
    }
}
