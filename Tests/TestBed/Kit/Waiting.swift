import Testing

/// Looks again every millisecond until `condition` holds; a failure after twenty seconds.
func until(
    _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < end {
        if try await condition() { return }
        try? await Task.sleep(for: .milliseconds(1))
    }
    Issue.record("never: \(what)", sourceLocation: sourceLocation)
    throw NeverHappened(what: what)
}

struct NeverHappened: Error { let what: String }

/// Runs `count` times at once and answers in order.
func together<Value: Sendable>(
    _ count: Int,
    _ body: @escaping @Sendable (Int) async throws -> Value
) async throws -> [Value] {
    try await withThrowingTaskGroup(of: (Int, Value).self) { group in
        for index in 0..<count { group.addTask { (index, try await body(index)) } }
        var values: [Int: Value] = [:]
        for try await (index, value) in group { values[index] = value }
        return values.sorted { $0.key < $1.key }.map(\.value)
    }
}
