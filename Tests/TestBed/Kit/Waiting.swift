/// Looks again every millisecond until `condition` holds; throws after `seconds`.
func until(
    _ what: @autoclosure () -> String,
    seconds: Double = 20,
    _ condition: () async throws -> Bool
) async throws {
    guard try await eventually(seconds: seconds, condition) else {
        throw NeverHappened(what: what())
    }
}

struct NeverHappened: Error { let what: String }

/// As `until`; false after `seconds`.
func eventually(seconds: Double = 10, _ condition: () async throws -> Bool)
    async rethrows -> Bool
{
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
        if try await condition() { return true }
        try? await Task.sleep(for: .milliseconds(1))
    }
    return false
}

/// Runs `body` for 0 ..< count at the same time, on the executor of its caller; answers in order.
func together<Value: Sendable>(
    _ count: Int,
    _ body: @escaping @Sendable (Int) async throws -> Value
) async throws -> [Value] {
    try await withThrowingTaskGroup(of: (Int, Value).self) { group in
        for index in 0..<count { group.addTask { (index, try await body(index)) } }
        var values: [Int: Value] = [:]
        for try await (index, value) in group { values[index] = value }
        return (0..<count).compactMap { values[$0] }
    }
}
