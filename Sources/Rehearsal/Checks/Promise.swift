/// One promise of the server and what the rehearsal found.
struct Promise: Equatable, Sendable {
    enum Verdict: String, Sendable {
        case ok, broken
        /// There was nothing to hold the promise against.
        case notSeen = "not seen"
    }

    /// A stable name for programs that read the report.
    var code: String
    var title: String
    var verdict: Verdict
    var figures: String

    /// A promise that nothing could be held against.
    static func unseen(_ code: String, _ title: String, _ why: String) -> Promise {
        Promise(code: code, title: title, verdict: .notSeen, figures: why)
    }
}

/// All promises over all that was seen.
enum Promises {
    static func check(_ observer: Observer) -> [Promise] {
        [
            capacity(observer), ownCapacity(observer), rate(observer), claimedRate(observer),
            order(observer), places(observer), lies(observer), honesty(observer),
            admissions(observer),
        ]
    }

    private static func capacity(_ observer: Observer) -> Promise {
        let spans = observer.records.compactMap {
            CapacityCheck.certainlyInside($0, observer.room, observer.clock)
        }
        let most = CapacityCheck.mostAtOnce(spans)
        let title = "never more inside than the capacity"
        guard observer.room.isKnown, let capacity = observer.room.capacity else {
            return .unseen(
                "capacity",
                title,
                "most certainly inside at once \(most), no limit set"
            )
        }
        return Promise(
            code: "capacity",
            title: title,
            verdict: most > capacity ? .broken : spans.isEmpty ? .notSeen : .ok,
            figures: "most certainly inside at once \(most) of \(capacity), \(spans.count) sessions"
        )
    }

    private static func ownCapacity(_ observer: Observer) -> Promise {
        let room = observer.room
        let title = "the server never counts more inside than the capacity"
        guard room.isKnown, let capacity = room.capacity else {
            return .unseen(
                "capacity-claimed",
                title,
                "largest inside \(room.insideMax), no limit set"
            )
        }
        return Promise(
            code: "capacity-claimed",
            title: title,
            verdict: room.insideSettledMax > capacity ? .broken : .ok,
            figures:
                "largest inside \(room.insideSettledMax) of \(capacity), "
                + "\(room.documents) documents"
        )
    }

    private static func rate(_ observer: Observer) -> Promise {
        let spans = observer.records.compactMap(RateCheck.admission)
        let most = RateCheck.mostInWindow(spans)
        let title = "no 60 s with more admissions than the rate"
        guard observer.room.isKnown, let rate = observer.room.rate else {
            return .unseen("rate", title, "most certainly admitted in 60 s \(most), no limit set")
        }
        return Promise(
            code: "rate",
            title: title,
            verdict: most > rate ? .broken : spans.isEmpty ? .notSeen : .ok,
            figures: "most certainly admitted in 60 s \(most) of \(rate), \(spans.count) admissions"
        )
    }

    private static func claimedRate(_ observer: Observer) -> Promise {
        let title = "the server's own admission times keep the rate"
        guard let rate = observer.room.rate, let session = observer.room.sessionSeconds else {
            return .unseen("rate-claimed", title, "no rate, or the session's length is not known")
        }
        let admitted = observer.records.filter { $0.admittedReceivedNs != nil }
        let claims = admitted.compactMap {
            RateCheck.claim($0, sessionSeconds: session, observer.clock)
        }
        guard claims.count == admitted.count, !claims.isEmpty else {
            let unfit = admitted.count - claims.count
            return .unseen(
                "rate-claimed",
                title,
                "\(unfit) session ends do not tell the admission"
            )
        }
        let most = RateCheck.mostInWindow(
            claims.map { Span(startNs: $0 * 1_000_000, endNs: $0 * 1_000_000) }
        )
        return Promise(
            code: "rate-claimed",
            title: title,
            verdict: most > rate ? .broken : .ok,
            figures: "most in 60 s \(most) of \(rate), \(claims.count) claims"
        )
    }

    private static func order(_ observer: Observer) -> Promise {
        let title = "nobody who kept polling is overtaken"
        if observer.room.order == "draw" {
            return .unseen("order", title, "the room draws its order")
        }
        let finding = OrderCheck.run(observer.records)
        var figures = "\(finding.overtaken) overtaken of \(finding.compared) who kept polling"
        if let pair = finding.example {
            figures += ", for example \(pair.first) by \(pair.second)"
        }
        return Promise(
            code: "order",
            title: title,
            verdict: finding.overtaken > 0 ? .broken : finding.isTelling ? .ok : .notSeen,
            figures: figures
        )
    }

    private static func places(_ observer: Observer) -> Promise {
        let second = observer.records.reduce(0) { $0 + $1.secondPlaces }
        let clicked = observer.records.reduce(0) { $0 + ($1.clicks > 1 ? 1 : 0) }
        return Promise(
            code: "one-place",
            title: "a double click has one place",
            verdict: second > 0 ? .broken : clicked == 0 ? .notSeen : .ok,
            figures: "\(second) second places, \(clicked) who entered more than once"
        )
    }

    private static func lies(_ observer: Observer) -> Promise {
        observer.lies.promise("lies-refused", "a ticket that is not yours is refused")
    }

    private static func honesty(_ observer: Observer) -> Promise {
        let refused = observer.records.reduce(0) { $0 + $1.honestRefusals }
        let seen = observer.records.contains { $0.enterReceivedNs != nil }
        return Promise(
            code: "honest-tickets",
            title: "a ticket that is yours is taken",
            verdict: refused > 0 ? .broken : seen ? .ok : .notSeen,
            figures: "\(refused) honest tickets called invalid"
        )
    }

    private static func admissions(_ observer: Observer) -> Promise {
        let demoted = observer.records.reduce(0) { $0 + $1.demotions }
        let seen = observer.records.contains { $0.admittedReceivedNs != nil }
        return Promise(
            code: "admission-stands",
            title: "nobody inside is sent back to the line",
            verdict: demoted > 0 ? .broken : seen ? .ok : .notSeen,
            figures: "\(demoted) answers waiting after admitted"
        )
    }
}
