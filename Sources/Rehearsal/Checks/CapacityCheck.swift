/// Time during which something certainly held, `endNs` not included.
struct Span: Equatable, Sendable {
    var startNs: Int64
    var endNs: Int64
}

extension [Int64] {
    /// How many of the values, which are sorted, are below `limit`.
    func count(below limit: Int64) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] >= limit { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

/// How many were inside at once.
enum CapacityCheck {
    /// The shortest idle limit a rehearsal without the admin key reckons with.
    static let idleAssumedSeconds = 10

    /// When the visitor was inside beyond doubt: from the receipt of `admitted` to the first
    /// attempt to end it, but no longer than the session and the idle limit may have let it. nil
    /// if never.
    static func certainlyInside(_ record: VisitorRecord, _ view: RoomView, _ clock: ServerClock)
        -> Span?
    {
        guard let start = record.admittedReceivedNs, let seen = record.insideSentNs else {
            return nil
        }
        let idleSeconds: Int
        if view.sessionSeconds != nil {
            // The operator's document was read: no idle limit there means none.
            idleSeconds = view.idleSeconds ?? Int(Int32.max)
        } else {
            idleSeconds = idleAssumedSeconds
        }
        var end = seen + Int64(idleSeconds) * 1_000_000_000
        // Seen last at its session's start: beyond that the server may have ended it at any time.
        if record.outsideReceivedNs != nil { end = min(end, seen) }
        if let ended = record.endSentNs { end = min(end, ended) }
        if let expires = record.sessionExpiresAtMs {
            // Without any idea of the server's clock the expiry cannot be placed.
            guard let earliest = clock.earliestNs(expires) else { return nil }
            end = min(end, earliest)
        }
        return end > start ? Span(startNs: start, endNs: end) : nil
    }

    /// The most spans that hold at one instant.
    static func mostAtOnce(_ spans: [Span]) -> Int {
        let starts = spans.map(\.startNs).sorted()
        let ends = spans.map(\.endNs).sorted()
        let held = starts.enumerated().map { $0.offset + 1 - ends.count(below: $0.element + 1) }
        return held.max() ?? 0
    }
}
