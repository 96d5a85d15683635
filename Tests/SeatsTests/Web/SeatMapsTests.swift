import EventLoop
import Synchronization
import Testing
import Values

@testable import Engines
@testable import Seats

@Suite(.timeLimit(.minutes(1))) struct SeatMapsTests {
    /// A store with one map: it answers with the version of the moment at which it was asked, when
    /// it is told to.
    private final class Stage: Sendable {
        private struct State {
            var version = 1
            var asked: [String?] = []
            var answers: [CheckedContinuation<Void, Never>] = []
        }
        private let state = Mutex(State())

        func change() { state.withLock { $0.version += 1 } }
        var asked: [String?] { state.withLock { $0.asked } }

        /// Lets everything answer that was asked.
        func answer() {
            let all = state.withLock { state in
                defer { state.answers = [] }
                return state.answers
            }
            for answer in all { answer.resume() }
        }

        func ask(_ id: PerformanceID, _ known: String?) async -> SeatMapOutcome {
            let version = state.withLock { "\($0.version)" }
            await withCheckedContinuation { continuation in
                state.withLock { state in
                    state.asked.append(known)
                    state.answers.append(continuation)
                }
            }
            if known == version { return .unchanged }
            let states = [SeatState.free.rawValue]
            return .map(SeatMap(performance: id, price: 1, states: states, version: version))
        }

        func whenAsked(_ count: Int) async {
            while asked.count < count { await Task.yield() }
        }
    }

    /// Whoever comes while the store is being asked may have changed a seat since.
    @Test func nobodyIsShownAMapFromBeforeTheyCame() async throws {
        let stage = Stage(), loop = EventLoop.start()
        let id = try #require(PerformanceID("p"))
        let maps = SeatMaps(on: loop) { id, known async throws(StoreError) in
            await stage.ask(id, known)
        }
        async let first = maps.value(id)
        await stage.whenAsked(1)
        stage.change()
        async let second = maps.value(id)
        try await Task.sleep(for: .milliseconds(50))
        #expect(stage.asked == [nil])
        stage.answer()
        #expect(try await first?.version == "1")
        await stage.whenAsked(2)
        stage.answer()
        #expect(try await second?.version == "2")
        async let same = maps.value(id)
        await stage.whenAsked(3)
        stage.answer()
        #expect(try await same?.version == "2")
        #expect(stage.asked == [nil, "1", "2"])
    }
}
