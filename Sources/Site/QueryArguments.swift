import HTTP

/// What the API reads of a query. Pages take the first argument of a name: links to them come from
/// anywhere.
extension Handlers {
    /// An argument of the query; nil: it is not there. One that stands twice is refused: a proxy
    /// or a cache may have read the other one.
    package func argument(_ request: HTTPRequest, _ name: String) throws(Refusal) -> String? {
        guard let text = request.query(name) else { return nil }
        guard request.queryCount(name) == 1 else {
            throw .invalidRequest(field: name, reason: "stands twice")
        }
        return text
    }

    /// A whole number of the query, in `range`; nil: it is not there.
    package func number(_ request: HTTPRequest, _ name: String, in range: ClosedRange<Int>)
        throws(Refusal) -> Int?
    {
        guard let text = try argument(request, name) else { return nil }
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
