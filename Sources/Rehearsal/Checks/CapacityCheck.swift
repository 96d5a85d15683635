/// Time during which something certainly held, `endNs` not included.
struct Span: Equatable, Sendable {
    var startNs: Int64
    var endNs: Int64
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
        var most = 0
        var ended = 0
        for (started, start) in starts.enumerated() {
            while ended < ends.count, ends[ended] <= start { ended += 1 }
            most = max(most, started + 1 - ended)
        }
        return most
    }
}
