/// What became of the lies that were told.
struct ToldLies: Equatable, Sendable {
    var told = 0
    var refused = 0
    /// Answers other than the refusal, by what they were: a broken promise each.
    var wrong: [String: Int] = [:]

    /// The promise that all of them are refused.
    func promise(_ code: String, _ title: String) -> Promise {
        let wrong = wrong.sorted { $0.key < $1.key }.map { "\($0.value) x \($0.key)" }
        return Promise(
            code: code,
            title: title,
            verdict: !wrong.isEmpty ? .broken : told == 0 ? .notSeen : .ok,
            figures: (["\(refused) of \(told) lies refused"] + wrong).joined(separator: ", ")
        )
    }
}
