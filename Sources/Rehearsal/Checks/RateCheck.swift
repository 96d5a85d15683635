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
        // A window may as well begin where a span begins. Of the spans that end before its end,
        // those that began before it do not count; spans that reach beyond it on both sides are
        // not among the first.
        let inWindow = starts.map { start in
            count(ends, before: start + windowNs) - count(starts, before: start)
                + count(longStarts, before: start) - count(longEnds, before: start)
        }
        return inWindow.max() ?? 0
    }

    private static func count(_ values: [Int64], before limit: Int64) -> Int {
        var (low, high) = (0, values.count)
        while low < high {
            let middle = (low + high) / 2
            if values[middle] >= limit { high = middle } else { low = middle + 1 }
        }
        return low
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
