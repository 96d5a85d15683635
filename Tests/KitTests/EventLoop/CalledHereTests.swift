import EventLoop
import Testing

@Suite(.timeLimit(.minutes(1))) struct CalledHereTests {
    private actor Sum: OnLoop, @preconcurrency CalledHere {
        nonisolated let loop: EventLoop
        private var sum = 0

        init(on loop: EventLoop) { self.loop = loop }

        func add(_ number: Int) -> Int {
            sum += number
            return sum
        }
    }

    @Test func tasksAndCallbacksOfTheLoopNeedNotWait() async {
        let loop = EventLoop.start()
        let sum = Sum(on: loop)
        let total = await Task(executorPreference: loop) {
            _ = sum.here { $0.add(1) }
            var timer: LoopTimer?
            return await withUnsafeContinuation { continuation in
                timer = LoopTimer(on: loop, afterMs: 1) {
                    timer?.cancel()
                    continuation.resume(returning: sum.here { $0.add(2) })
                }
            }
        }
        .value
        #expect(total == 3)
        loop.stop()
    }

    @Test func whoIsElsewhereCrashes() async {
        await #expect(processExitsWith: .failure) {
            _ = Sum(on: .start()).here { $0.add(1) }
        }
    }
}
