/// How often visitors ask where they stand, as `poll_after` of `redis/lib/room.lua` has it.
struct PollInterval: Sendable, Equatable {
    /// What visitors are told to wait between two polls.
    static let rangeMs: ClosedRange<Int64> = 1_000...30_000
    /// From this rank on, the whole line together asks 20,000 times a second at most.
    private static let farBack: Int64 = 1_000
    private static let lineAsksPerMs = 20.0

    /// Departures from the head of the line, measured over the last `spanMs`; 0: unknown.
    var departures: Int64
    var spanMs: Int64
    var untilOpeningMs: Int64
    var waiting: Int64
    /// Something may come back; until then they ask rarely.
    var isSoldOut: Bool = false

    /// When a visitor inside should show a sign of life, ms: twice in the idle limit, so that one
    /// lost poll costs nothing; 0: there is no limit. `redis/lib/room.lua` says the same, and ends
    /// an idle session after the limit at the earliest.
    static func aliveMs(idleMs: Int64) -> Int64 { min(rangeMs.upperBound, idleMs / 2) }

    /// When a visitor with `rank` people ahead should ask again, ms: soon near the head, else after
    /// a tenth of the wait.
    func afterMs(rank: Int64) -> Int64 {
        if isSoldOut { return Self.rangeMs.upperBound }
        var poll = Double(Self.rangeMs.lowerBound + 20 * rank)
        if departures > 0 {
            poll = min(poll, Double(rank) / (Double(departures) / Double(spanMs)) / 10)
        }
        if untilOpeningMs > 0 { poll = max(poll, Double(untilOpeningMs) / 10) }
        if rank >= Self.farBack { poll = max(poll, Double(waiting) / Self.lineAsksPerMs) }
        return max(Self.rangeMs.lowerBound, min(Self.rangeMs.upperBound, Int64(poll)))
    }
}

/// Spreads the polls of a wave of visitors, so that it does not stay a wave.
enum PollSpread {
    /// `pollMs` plus or minus up to 10 %, always the same for one place in line (`sequence`).
    static func apply(_ pollMs: Int64, _ sequence: Int64) -> Int64 {
        pollMs * (900 + sequence % 997 * 200 / 997) / 1000
    }
}
