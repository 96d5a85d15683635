/// How many were admitted in one window of time.
enum RateCheck {
    static let windowNs: Int64 = 60_000_000_000

    /// When the visitor was admitted, as bounds: after the last request that was answered `waiting`
    /// (or the first attempt to enter) was sent, before the first `admitted` was received.
    static func admission(_ record: VisitorRecord) -> Span? {
        guard let admitted = record.admittedReceivedNs else { return nil }
        var earliest = record.enterSentNs ?? admitted
        if let waiting = record.waitingSentNs, waiting <= admitted {
            earliest = max(earliest, waiting)
        }
        return Span(startNs: min(earliest, admitted), endNs: admitted)
    }

    /// The most spans that lie wholly in one window: as many were admitted in it without doubt.
    static func mostInWindow(_ spans: [Span], windowNs: Int64 = windowNs) -> Int {
        let starts = spans.map(\.startNs).sorted()
        let ends = spans.map(\.endNs).sorted()
        let long = spans.filter { $0.endNs - $0.startNs > windowNs }
        let longStarts = long.map(\.startNs).sorted()
        let longEnds = long.map { $0.endNs - windowNs }.sorted()
        // A window may as well begin where a span begins. Inside are the spans that end before its
        // end, less those that begin before it. A span that does both, begin before the window and
        // end after it, is only in the second number: it is added again.
        let inWindow = starts.map { start in
            ends.count(below: start + windowNs) - starts.count(below: start)
                + longStarts.count(below: start) - longEnds.count(below: start)
        }
        return inWindow.max() ?? 0
    }

    /// What the server itself says: the session's end less its length. nil for a record whose claim
    /// is not there or does not fit what was seen.
    static func claim(
        _ record: VisitorRecord,
        sessionSeconds: Int,
        _ clock: ServerClock
    ) -> Int64? {
        guard let expires = record.sessionExpiresAtMs, let seen = admission(record) else {
            return nil
        }
        let claimMs = expires - Int64(sessionSeconds) * 1_000
        guard let earliest = clock.earliestNs(claimMs), let latest = clock.latestNs(claimMs),
            earliest <= seen.endNs, latest >= seen.startNs
        else { return nil }
        return claimMs
    }
}
