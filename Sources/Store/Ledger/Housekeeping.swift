public import EventLoop

/// Takes out of the ledger what is over: answers to idempotency keys after 24 h, samples of ranks
/// after a week. One a process, on its first loop; that several do the same is harmless.
public actor Housekeeping {
    public nonisolated let loop: EventLoop
    private let ledger: SaleLedger
    private var timer: LoopTimer?
    private var isSweeping = false

    /// A key is forgotten this much later than it may be, at most.
    private static let everyMs = 60_000

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    public init(ledger: SaleLedger, on loop: EventLoop) {
        self.ledger = ledger
        self.loop = loop
    }

    public func start() {
        timer = LoopTimer(on: loop, afterMs: Self.everyMs, repeatMs: Self.everyMs) {
            [unowned self] in
            self.assumeIsolated { $0.round() }
        }
    }

    public func stop() {
        timer?.cancel()
        timer = nil
    }

    private func round() {
        guard !isSweeping else { return }
        isSweeping = true
        Task(executorPreference: loop) { await self.sweep() }
    }

    /// In entries of 500 rows, so that no sale waits long for it.
    private func sweep() async {
        defer { isSweeping = false }
        // A ledger that is away is swept in a later round.
        while timer != nil, (try? await ledger.pruneAnswers(nowMs: loop.clock.wallMs())) == true {}
        while timer != nil, (try? await ledger.pruneSamples(nowMs: loop.clock.wallMs())) == true {}
    }
}
