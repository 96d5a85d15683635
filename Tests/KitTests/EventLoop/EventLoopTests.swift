import EventLoop
import Testing

/// An actor pinned to a loop, as every owner of a connection is.
private actor Counter: OnLoop {
    nonisolated let loop: EventLoop
    private var waiters: [UnsafeContinuation<Int, Never>] = []
    private(set) var turns = 0

    init(on loop: EventLoop) { self.loop = loop }

    func park() async -> Int {
        await withUnsafeContinuation { waiters.append($0) }
    }

    func release() {
        for (index, waiter) in waiters.enumerated() { waiter.resume(returning: index) }
        waiters = []
    }

    func waiting() -> Int { waiters.count }

    /// Starts `count` tasks that await a continuation which the loop's own timer resumes, as a
    /// reply of Redis would, and answers the foreign enqueues this took.
    func foreignEnqueues(perRequests count: Int) async -> Int {
        let before = loop.statistics.foreignEnqueues
        await withTaskGroup(of: Int.self) { group in
            for _ in 0..<count {
                group.addTask(executorPreference: loop) { await self.park() }
            }
            while waiters.count < count { await loop.sleep(ms: 1) }
            release()
            for await _ in group {}
        }
        return loop.statistics.foreignEnqueues - before
    }

    func sleepIsOnLoop() async -> Bool {
        await loop.sleep(ms: 1)
        return loop.isOnLoop
    }

    func countTurnEnds() async -> Int {
        final class Box { var count = 0 }
        let box = Box()
        loop.onTurnEnd {
            box.count += 1
            return box.count == 1
        }
        await loop.sleep(ms: 1)
        return box.count
    }

    func timerFires(repeating: Int) async -> Int {
        var fired = 0
        let timer = LoopTimer(on: loop, afterMs: 1, repeatMs: 1) { fired += 1 }
        while fired < repeating { await loop.sleep(ms: 1) }
        timer.cancel()
        let atCancel = fired
        await loop.sleep(ms: 5)
        return fired - atCancel
    }
}

@Suite struct EventLoopTests {
    private func onLoop<Value: Sendable>(
        _ body: @Sendable @escaping (Counter) async -> Value
    ) async -> Value {
        let loop = EventLoop.start()
        defer { loop.stop() }
        let counter = Counter(on: loop)
        return await Task(executorPreference: loop) { await body(counter) }.value
    }

    @Test func aResumedRequestNeverLeavesTheLoop() async {
        #expect(await onLoop { await $0.foreignEnqueues(perRequests: 500) } == 0)
    }

    /// The counter is not blind: without the executor preference the same work is seen to hop.
    @Test func foreignEnqueuesAreCounted() async {
        let loop = EventLoop.start()
        defer { loop.stop() }
        let counter = Counter(on: loop)
        let before = loop.statistics.foreignEnqueues
        async let parked = counter.park()
        while await counter.waiting() == 0 {}
        await counter.release()
        _ = await parked
        #expect(loop.statistics.foreignEnqueues > before)
    }

    @Test func sleepComesBackToTheLoop() async {
        #expect(await onLoop { await $0.sleepIsOnLoop() })
    }

    @Test func turnEndHooksRunUntilAllAreQuiet() async {
        #expect(await onLoop { await $0.countTurnEnds() } >= 2)
    }

    @Test func aCancelledTimerIsSilent() async {
        #expect(await onLoop { await $0.timerFires(repeating: 3) } == 0)
    }
}
