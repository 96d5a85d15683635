import JSON

/// Everything that a rush for a coupon found.
struct ClaimReport: Sendable {
    /// "Until the 1,000th knows".
    private static let milestonePlace = 1_000

    var run: Run
    var terms: ClaimBooks.Terms
    var fates: [ClaimFate: Int]
    var issued: Int
    /// From the first 201 to the last.
    var issuedPerSecond: Double
    var refusals: [String: Int]
    /// From the first claim that was sent to the last answer.
    var answersPerSecond = 0.0
    /// From the common start until a new owner was told so first: in the order of the receipts.
    var knewMs: [Int64]
    var look: ClaimLook

    init(_ stage: ClaimStage, _ look: ClaimLook) {
        let books = stage.books
        fates = stage.claimers.compactMap(\.fate).tally
        // A stuck visitor has no outcome either.
        run = Run(stage, unfinished: stage.remaining + (fates[.stuck] ?? 0))
        terms = books.terms
        issued = books.issues.count
        let times = books.issues.map(\.receivedNs)
        issuedPerSecond = Figures.perSecond(issued, fromNs: times.min(), toNs: times.max())
        refusals = books.refusals
        knewMs = books.knewNs.map { ($0 - stage.startNs) / 1_000_000 }.sorted()
        self.look = look
        let (isServed, hadOutage) = (run.unfinished == 0, run.hadOutage)
        run.promises =
            CountPromises(books: books, look: look, isServed: isServed, hadOutage: hadOutage).all
            + OwnerPromises(books: books, look: look, hadOutage: hadOutage).all
        answersPerSecond = Figures.perSecond(
            answers,
            fromNs: books.firstSentNs,
            toNs: books.lastAnsweredNs
        )
    }

    /// Answers that are an outcome: a yes waits for the disk, a no does not.
    private var answers: Int { latency(.issued).count + latency(.refused).count }

    private func latency(_ endpoint: Endpoint) -> Histogram {
        run.traffic.latencies[endpoint] ?? Histogram()
    }

    /// The 1,000th who got one, or the last if there were fewer: who, and when that one knew.
    var milestone: (place: Int, ms: Int64)? {
        let place = min(Self.milestonePlace, knewMs.count)
        return place > 0 ? (place, knewMs[place - 1]) : nil
    }
}

extension ClaimReport {
    var text: String {
        let shown = look.view.map { "\($0.issued) of \($0.quantity), \($0.state)" } ?? "?"
        let before = terms.issuedBefore > 0 ? ", \(terms.issuedBefore) before" : ""
        let seconds = Figures.seconds(ms: run.elapsedMs)
        let visits = [
            "issued       \(issued) times 201, \(Figures.fixed(issuedPerSecond, 1))/s; "
                + "in the end \(shown)\(before)",
            "refusals     " + Figures.list(refusals.counts),
            "claims       \(answers) answered, \(Figures.fixed(answersPerSecond, 0))/s",
            "owners know  " + known,
            "requests     \(run.traffic.exchanges) over \(run.connectionsOpened) connections",
            run.own,
        ]
        return run.text([
            run.head("coupon " + terms.coupon, seconds, ClaimFate.counts(fates)) + visits,
            [
                Histogram.header, latency(.issued).row("201"), latency(.refused).row("refusal"),
                latency(.document).row("document"),
            ],
        ])
    }

    private var known: String {
        guard let milestone, let first = knewMs.first, let last = knewMs.last else {
            return "nobody has one"
        }
        let place =
            milestone.place < knewMs.count
            ? ", number \(milestone.place) after \(Figures.seconds(ms: milestone.ms))" : ""
        return "the first after \(Figures.seconds(ms: first))\(place), "
            + "the last of \(knewMs.count) after \(Figures.seconds(ms: last))"
    }

    var json: [UInt8] {
        JSONWriter.object { json in
            run.writeHead("coupon", terms.coupon, ClaimFate.counts(fates), &json)
            json.field("quantity", terms.quantity)
            json.field("issuedBefore", terms.issuedBefore)
            json.field("issuedAfter", look.view?.issued)
            json.field("issued", issued)
            json.figure("issuedPerSecond", issuedPerSecond)
            json.field("claimsAnswered", answers)
            json.figure("claimsPerSecond", answersPerSecond)
            json.counts("refusals", refusals.counts)
            json.beginObject("ownersKnow")
            json.field("count", knewMs.count)
            json.field("firstMs", knewMs.first)
            json.field("milestone", milestone?.place)
            json.field("milestoneMs", milestone?.ms)
            json.field("lastMs", knewMs.last)
            json.endObject()
            json.beginObject("latency")
            latency(.issued).write("issued", &json)
            latency(.refused).write("refused", &json)
            latency(.document).write("document", &json)
            json.endObject()
            run.writeTraffic(&json)
            run.writeEnd(&json)
        } + [UInt8(ascii: "\n")]
    }
}
