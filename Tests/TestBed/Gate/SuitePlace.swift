import Testing

/// Where a suite runs: beside a few others, or alone. The suites of engines, servers and real time
/// say it as their first trait; `TidyTests` hold them to it.
///
/// A suite waits for its turn before its beds are made and before the time limits of its tests
/// begin. Its own tests run one after the other.
public struct SuitePlace: SuiteTrait, TestScoping {
    let isAlone: Bool
    let isLong: Bool

    public var isRecursive: Bool { false }

    /// Runs before the first test of the process: the gate knows from the start who will come.
    public func prepare(for test: Test) async throws {
        if !isAlone, Self.isParallel { SuiteGate.shared.expectOne() }
    }

    /// With `--no-parallel` there is one suite at a time, in the order of the sources.
    private static let isParallel = !CommandLine.arguments.contains("--no-parallel")

    @concurrent public func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        guard Self.isParallel else { return try await function() }
        let gate = SuiteGate.shared
        // The time limit tells how long a suite may take, where it has one.
        let order = isLong ? Duration.seconds(3_600) : test.timeLimit ?? .zero
        let name = "\(test.sourceLocation.fileID): \(test.name)"
        let threads = await gate.enter(name, alone: isAlone, order: order)
        defer { gate.leave(name, threads, alone: isAlone) }
        try await ParallelizationTrait.serialized.provideScope(for: test, testCase: testCase) {
            try await withTaskExecutorPreference(threads) { try await function() }
        }
    }
}

extension Trait where Self == SuitePlace {
    /// Virtual time, or no time at all: a busy machine makes it slower and nothing else.
    public static var sideBySide: Self { sideBySide(isLong: false) }

    /// `isLong`: it starts before the others.
    public static func sideBySide(isLong: Bool) -> Self {
        SuitePlace(isAlone: false, isLong: isLong)
    }

    /// It freezes or kills servers, takes up the machine, or looks at time that passes: others
    /// would be late for its limits, or it for theirs.
    public static var alone: Self { SuitePlace(isAlone: true, isLong: false) }
}
