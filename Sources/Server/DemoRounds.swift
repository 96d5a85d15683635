import EventLoop

/// The rounds in which `--demo` moves: again and again, one at a time.
actor DemoRounds {
    private let loop: EventLoop
    private let everyMs: Int
    private let move: @Sendable () async -> Void
    private var timer: LoopTimer?
    private var isMoving = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    init(everyMs: Int, on loop: EventLoop, move: @escaping @Sendable () async -> Void) {
        self.everyMs = everyMs
        self.loop = loop
        self.move = move
    }

    func start() {
        timer = LoopTimer(on: loop, afterMs: 0, repeatMs: everyMs) { [unowned self] in
            self.assumeIsolated { $0.round() }
        }
    }

    func stop() {
        timer?.cancel()
        timer = nil
    }

    private func round() {
        guard !isMoving else { return }
        isMoving = true
        Task(executorPreference: loop) { await self.moveNow() }
    }

    private func moveNow() async {
        await move()
        isMoving = false
    }
}
