/// Whether anybody who waited properly was overtaken by somebody who came later.
enum OrderCheck {
    struct Finding: Equatable, Sendable {
        var overtaken = 0
        /// One of them and who overtook, for the report.
        var example: Pair?
        var compared = 0
        /// Whether there was anybody to overtake and anybody to do it.
        var isTelling = false
    }

    struct Pair: Equatable, Sendable {
        var first: Int
        var second: Int
    }

    /// A was overtaken by B if A's place was received before B's first attempt was sent, both
    /// kept polling, and B's admission was received before A sent a request answered `waiting`.
    /// Lanes move past each other: A and B are of one lane.
    static func run(_ records: [VisitorRecord]) -> Finding {
        let kept = records.indices.filter {
            records[$0].keptPolling && records[$0].enterReceivedNs != nil
        }
        var finding = Finding(compared: kept.count)
        for lane in Dictionary(grouping: kept, by: { records[$0].lane }).values {
            check(lane, records, &finding)
        }
        return finding
    }

    private static func check(
        _ kept: [Int],
        _ records: [VisitorRecord],
        _ finding: inout Finding
    ) {
        let later = kept.filter {
            records[$0].enterSentNs != nil && records[$0].admittedReceivedNs != nil
        }
        .sorted { (records[$0].enterSentNs ?? 0) > (records[$1].enterSentNs ?? 0) }
        let earlier = kept.filter { records[$0].waitingSentNs != nil }
            .sorted { (records[$0].enterReceivedNs ?? 0) > (records[$1].enterReceivedNs ?? 0) }
        if !earlier.isEmpty, !later.isEmpty { finding.isTelling = true }
        var next = 0
        var soonest: (admittedNs: Int64, visitor: Int)?
        for first in earlier {
            guard let received = records[first].enterReceivedNs,
                let waiting = records[first].waitingSentNs
            else { continue }
            // All who sent their first attempt after A's answer; the soonest admitted of them
            // counts.
            while next < later.count, let sent = records[later[next]].enterSentNs, sent > received {
                let admitted = records[later[next]].admittedReceivedNs ?? .max
                if admitted < soonest?.admittedNs ?? .max { soonest = (admitted, later[next]) }
                next += 1
            }
            guard let soonest, soonest.admittedNs < waiting else { continue }
            finding.overtaken += 1
            if finding.example == nil {
                finding.example = Pair(first: first, second: soonest.visitor)
            }
        }
    }
}
