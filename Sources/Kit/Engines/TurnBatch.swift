/// Questions that wait for the end of the loop's turn, by what they are about: what gathers in a
/// turn leaves as one call.
///
/// Inlinable, or each use of it in another module looks up generic metadata: each status check and
/// each enter passes through one.
public struct TurnBatch<Subject: Hashable & Sendable, Query: Sendable>: Sendable {
    @usableFromInline var queries: [Subject: [Query]] = [:]

    @inlinable public init() {}

    @inlinable public mutating func append(_ query: Query, about subject: Subject) {
        queries[subject, default: []].append(query)
    }

    /// Everything gathered, in calls of at most `max` questions.
    @inlinable public mutating func takeCalls(max: Int) -> [(
        subject: Subject, queries: ArraySlice<Query>
    )] {
        var calls: [(Subject, ArraySlice<Query>)] = []
        guard !queries.isEmpty else { return calls }
        for (subject, all) in queries {
            var rest = all[...]
            while !rest.isEmpty {
                calls.append((subject, rest.prefix(max)))
                rest = rest.dropFirst(max)
            }
        }
        queries.removeAll(keepingCapacity: true)
        return calls
    }
}
