import JSON

/// Whether places stay free while somebody waits, as the operator's document shows it at one
/// instant after the other. Visitors cannot tell: they learn of a place with their next poll.
struct FreePlaces: Equatable, Sendable {
    /// Looks at a room that admits and has a line.
    private(set) var looks = 0
    /// Looks that showed a place that somebody in line might have had.
    private(set) var free = 0
    /// For how long there was one at most: from the last look before it to the first after it.
    private(set) var longestNs: Int64 = 0
    /// When the last look was sent that showed none.
    private var fullSentNs: Int64?
    private var wasFree = false

    /// Reads an operator's document; another one says nothing.
    mutating func note(_ fields: JSONValue, sentNs: Int64, receivedNs: Int64) {
        guard let waiting = fields.whole("waiting"), let inside = fields.whole("inside"),
            let admitted = fields.whole("admittedTotal"), let state = fields.string("state")
        else { return }
        // Before its opening a room admits nobody.
        guard state == "open" || state == "draining", admitted > 0, waiting > 0 else {
            fullSentNs = nil
            wasFree = false
            return
        }
        let places = fields.whole("capacity").map { $0 - inside } ?? .max
        let turns = fields.whole("rate").map { $0 - (fields.whole("admittedLast60s") ?? 0) } ?? .max
        let isFree = places > 0 && turns > 0
        looks += 1
        if isFree { free += 1 }
        if let fullSentNs, isFree || wasFree { longestNs = max(longestNs, receivedNs - fullSentNs) }
        if !isFree || fullSentNs == nil { fullSentNs = sentNs }
        wasFree = isFree
    }
}

extension FreePlaces {
    var text: String {
        if looks == 0 { return "not looked for" }
        guard free > 0 else { return "none while somebody waited, in \(looks) looks" }
        return "while somebody waited in \(free) of \(looks) looks, "
            + "at most for \(Figures.duration(ns: longestNs))"
    }
}
