/// What a process does again and again by itself, one round at a time: what is due while the round
/// before goes on is left out.
public actor Rounds: OnLoop {
    public nonisolated let loop: EventLoop
    private let everyMs: Int
    private let round: @Sendable () async -> Void
    private var timer: LoopTimer?
    private var running: Task<Void, Never>?

    /// `round` runs on the loop. A long one looks at `Task.isCancelled`.
    public init(everyMs: Int, on loop: EventLoop, round: @escaping @Sendable () async -> Void) {
        self.everyMs = everyMs
        self.loop = loop
        self.round = round
    }

    /// The first round is `afterMs` from now; nil: after the time between two.
    public func start(afterMs: Int? = nil) {
        timer = LoopTimer(on: loop, afterMs: afterMs ?? everyMs, repeatMs: everyMs) {
            [unowned self] in
            self.assumeIsolated { $0.begin() }
        }
    }

    /// No round begins any more, and the one in hand is cancelled. A round may stop its own rounds.
    public func stop() {
        timer?.cancel()
        timer = nil
        running?.cancel()
    }

    /// Returns when no round is in hand.
    public func ended() async { await running?.value }

    private func begin() {
        guard running == nil else { return }
        running = Task(executorPreference: loop) { await self.run() }
    }

    private func run() async {
        await round()
        running = nil
    }
}
