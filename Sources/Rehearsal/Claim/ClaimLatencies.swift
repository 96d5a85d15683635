/// How long claims took, yes and no apart: a yes waits for the disk, a no does not.
struct ClaimLatencies: Sendable {
    private(set) var issued = Histogram()
    private(set) var refused = Histogram()
    /// Answers to claims; the first and the last tell the rate.
    private(set) var answers = 0
    private var firstSentNs: Int64?
    private var lastReceivedNs: Int64 = 0

    /// From the first claim sent to the last answer.
    var answersPerSecond: Double {
        guard let first = firstSentNs, lastReceivedNs > first else { return 0 }
        return Double(answers) * 1e9 / Double(lastReceivedNs - first)
    }

    mutating func note(_ response: Response, _ reply: ClaimReply) {
        firstSentNs = min(firstSentNs ?? response.sentNs, response.sentNs)
        let us = (response.receivedNs - response.sentNs) / 1_000
        switch reply {
        case .issued: issued.record(us: us)
        case .alreadyClaimed: refused.record(us: us)
        case .refused where !reply.isTemporary: refused.record(us: us)
        // Neither a yes nor a no.
        case .refused, .unreadable, .nothing: return
        }
        answers += 1
        lastReceivedNs = max(lastReceivedNs, response.receivedNs)
    }
}
