/// One promise of the server and what the rehearsal found.
struct Promise: Equatable, Sendable {
    enum Verdict: String, Sendable {
        case ok, broken
        /// There was nothing to hold the promise against.
        case notSeen = "not seen"
    }

    /// A stable name for programs that read the report.
    let code: String
    let title: String
    private(set) var verdict = Verdict.notSeen
    private(set) var figures = ""

    init(_ code: String, _ title: String) { (self.code, self.title) = (code, title) }

    func unseen(_ why: String) -> Promise { judged(isBroken: false, isSeen: false, why) }

    func judged(isBroken: Bool, isSeen: Bool = true, _ figures: String) -> Promise {
        var promise = self
        promise.verdict = isBroken ? .broken : isSeen ? .ok : .notSeen
        promise.figures = figures
        return promise
    }

    var line: String {
        let shown = verdict == .broken ? "BROKEN" : verdict.rawValue
        return Figures.padded(shown, 10) + title + ": " + figures
    }
}
