import HTTP

extension Web {
    /// A whole number of the query, in `range`; nil: it is not there.
    func number(_ request: HTTPRequest, _ name: String, in range: ClosedRange<Int>)
        throws(Refusal) -> Int?
    {
        guard let text = request.query(name) else { return nil }
        // `Int` would take `+5`, too.
        let isPlain = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isPlain, let number = Int(text), range.contains(number) else {
            throw .invalidRequest(
                field: name,
                reason: "must be a whole number in \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return number
    }
}
