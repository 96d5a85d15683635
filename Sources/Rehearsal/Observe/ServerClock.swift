/// How the server's wall clock stands to the rehearsal's monotonic one, as bounds.
///
/// An instant that the server wrote into a document lies between the request's sending, less the
/// age a cached document may have, and the receipt.
struct ServerClock: Equatable, Sendable {
    /// Older than this no document is: `max-age=1`, the server's own refresh, and some slack.
    static let staleMs: Int64 = 5_000

    /// Milliseconds to add to the local clock: at least, at most.
    private(set) var offsetMinMs: Int64?
    private(set) var offsetMaxMs: Int64?

    mutating func note(serverMs: Int64, sentNs: Int64, receivedNs: Int64) {
        let lowest = serverMs - receivedNs / 1_000_000 - 1
        let highest = serverMs - sentNs / 1_000_000 + Self.staleMs
        offsetMinMs = max(offsetMinMs ?? lowest, lowest)
        offsetMaxMs = min(offsetMaxMs ?? highest, highest)
    }

    /// `response` tells this instant.
    mutating func note(_ serverMs: Int64, _ response: Response) {
        note(serverMs: serverMs, sentNs: response.sentNs, receivedNs: response.receivedNs)
    }

    /// The earliest local instant at which the server's clock may show `serverMs`.
    func earliestNs(_ serverMs: Int64) -> Int64? {
        offsetMaxMs.map { (serverMs - $0) * 1_000_000 }
    }

    func latestNs(_ serverMs: Int64) -> Int64? {
        offsetMinMs.map { (serverMs - $0 + 1) * 1_000_000 }
    }
}
