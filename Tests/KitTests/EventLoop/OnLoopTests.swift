import EventLoop
import Testing

/// Its head is written once, in a protocol of another module.
@Suite(.timeLimit(.minutes(1))) struct OnLoopTests {
    private actor Plain: OnLoop {
        nonisolated let loop: EventLoop
        private var calls = 0

        init(on loop: EventLoop) { self.loop = loop }

        /// True: it runs on the loop's thread.
        func call() -> Bool {
            calls += 1
            return loop.isOnLoop
        }

        nonisolated func callsFromTheLoop() -> Int { assumeIsolated { $0.calls } }
    }

    private actor General<Value: Sendable>: OnLoop {
        nonisolated let loop: EventLoop
        init(on loop: EventLoop) { self.loop = loop }
        func call(_ value: Value) -> Bool { loop.isOnLoop }
    }

    @Test func itsJobsRunOnItsLoop() async {
        let loop = EventLoop.start()
        let plain = Plain(on: loop), general = General<String>(on: loop)
        for _ in 0..<100 {
            #expect(await plain.call())
            #expect(await general.call("a"))
        }
        let calls = await Task(executorPreference: loop) { plain.callsFromTheLoop() }.value
        #expect(calls == 100)
        loop.stop()
    }
}
