import Synchronization

/// A loop's counters at one instant.
public struct LoopStatistics: Sendable {
    public var turns: Int
    public var jobs: Int
    /// Jobs that came from another thread. On the way of a request this stays at zero.
    public var foreignEnqueues: Int
    /// How late the loop's 100 ms timer fired last, and the latest it ever fired, in nanoseconds.
    public var lagNs: UInt64
    public var lagMaxNs: UInt64
}

final class LoopCounters: Sendable {
    let turns = Atomic<Int>(0)
    let jobs = Atomic<Int>(0)
    let foreignEnqueues = Atomic<Int>(0)
    private let lagNs = Atomic<UInt64>(0)
    private let lagMaxNs = Atomic<UInt64>(0)

    func noteLag(ns: UInt64) {
        lagNs.store(ns, ordering: .relaxed)
        lagMaxNs.max(ns, ordering: .relaxed)
    }

    func snapshot() -> LoopStatistics {
        LoopStatistics(
            turns: turns.load(ordering: .relaxed),
            jobs: jobs.load(ordering: .relaxed),
            foreignEnqueues: foreignEnqueues.load(ordering: .relaxed),
            lagNs: lagNs.load(ordering: .relaxed),
            lagMaxNs: lagMaxNs.load(ordering: .relaxed)
        )
    }
}
