public import EventLoop

/// Has the best sellers counted anew by schedule. One a process, on its first loop: whichever
/// process comes first counts.
public actor PopularClock {
    public nonisolated let loop: EventLoop
    private let popular: PopularStore
    private var timer: LoopTimer?
    private var isCounting = false

    /// How much later than it is due a list is counted, at most: 5 s of 5 min.
    private static let everyMs = 5_000

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    public init(_ popular: PopularStore, on loop: EventLoop) {
        self.popular = popular
        self.loop = loop
    }

    public func start() {
        timer = LoopTimer(on: loop, afterMs: Self.everyMs, repeatMs: Self.everyMs) {
            [unowned self] in
            self.assumeIsolated { $0.beginRound() }
        }
    }

    public func stop() {
        timer?.cancel()
        timer = nil
    }

    private func beginRound() {
        guard !isCounting else { return }
        isCounting = true
        Task(executorPreference: loop) { await self.round() }
    }

    private func round() async {
        defer { isCounting = false }
        do throws(StoreError) {
            try await popular.refresh()
        } catch {
            // What could not be counted is due in the next round, and shown as it was meanwhile.
        }
    }
}
