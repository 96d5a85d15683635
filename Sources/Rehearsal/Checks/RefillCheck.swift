/// How soon a place that was given back was somebody else's, as far as visitors can see it: they
/// learn of their admission with their next poll, which is most of the time measured.
enum RefillCheck {
    /// From each answered end of a session, while somebody waited, to the next receipt of an
    /// admission that no earlier end is answered with.
    static func delays(_ records: [VisitorRecord]) -> Histogram {
        let ends = records.compactMap { $0.admittedReceivedNs == nil ? nil : $0.endReceivedNs }
            .sorted()
        let admissions = records.compactMap(\.admittedReceivedNs).sorted()
        let waiting = records.compactMap { record -> Span? in
            // A listener sends nothing while waiting; for them the admission is when it was heard
            // of.
            let until = record.hasListened ? record.admittedReceivedNs : record.waitingSentNs
            guard let from = record.enterReceivedNs, let until else { return nil }
            return from < until ? Span(startNs: from, endNs: until) : nil
        }
        let starts = waiting.map(\.startNs).sorted()
        let stops = waiting.map(\.endNs).sorted()
        var next = 0
        var delays = Histogram()
        for end in ends where starts.count(below: end + 1) > stops.count(below: end + 1) {
            while next < admissions.count, admissions[next] < end { next += 1 }
            guard next < admissions.count else { break }
            delays.record(us: (admissions[next] - end) / 1_000)
            next += 1
        }
        return delays
    }
}
