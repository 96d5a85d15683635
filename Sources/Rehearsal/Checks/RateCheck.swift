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
        // A window may as well begin where a span begins. With spans added from the latest
        // beginning on, the count of those that end inside the window is a prefix of the ends.
        let ends = spans.map(\.endNs).sorted()
        var added = PrefixCounts(size: ends.count)
        var most = 0
        for span in spans.sorted(by: { $0.startNs > $1.startNs }) {
            added.add(at: firstIndex(in: ends) { $0 >= span.endNs })
            let inside = firstIndex(in: ends) { $0 >= span.startNs + windowNs }
            most = max(most, added.count(before: inside))
        }
        return most
    }

    /// The first index of sorted `values` where `holds`, their count if nowhere.
    private static func firstIndex(in values: [Int64], where holds: (Int64) -> Bool) -> Int {
        var low = 0
        var high = values.count
        while low < high {
            let middle = (low + high) / 2
            if holds(values[middle]) { high = middle } else { low = middle + 1 }
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

/// Counts at positions, with the sum before a position in O(log n) (a Fenwick tree).
struct PrefixCounts {
    private var tree: [Int]

    init(size: Int) { tree = Array(repeating: 0, count: size + 1) }

    mutating func add(at position: Int) {
        var index = position + 1
        while index < tree.count {
            tree[index] += 1
            index += index & -index
        }
    }

    func count(before position: Int) -> Int {
        var sum = 0
        var index = position
        while index > 0 {
            sum += tree[index]
            index -= index & -index
        }
        return sum
    }
}
