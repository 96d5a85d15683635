/// What became of the lies that were told.
struct ToldLies: Equatable, Sendable {
    private(set) var told = 0
    private(set) var refused = 0
    /// Answers other than the refusal, by what they were: a broken promise each.
    private(set) var wrong: [String: Int] = [:]

    mutating func refusedOne() {
        told += 1
        refused += 1
    }

    mutating func wentWrong(_ answer: String) {
        told += 1
        wrong[answer, default: 0] += 1
    }

    /// The promise that all of them are refused.
    func promise(_ code: String, _ title: String) -> Promise {
        let wrong = wrong.counts.map { "\($0.count) x \($0.name)" }
        return Promise(code, title).judged(
            isBroken: !wrong.isEmpty,
            isSeen: told > 0,
            (["\(refused) of \(told) lies refused"] + wrong).joined(separator: ", ")
        )
    }
}
