import Foundation
import TestGate
import Testing
import TestRedis

/// The line, played by a random tester that knows it only by HTTP, on one process and on two. A
/// short run, and `make fuzz-line MINUTES=5`, which plays seeds of its own. What is asked when
/// depends on the machine too: a seed that failed may have to be played a few times.
@Suite(.alone) struct LineFuzzTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let minutes = environment["ONSALE_FUZZ_MINUTES"].flatMap { Double($0) }
    private static let seed = environment["ONSALE_FUZZ_SEED"].flatMap { UInt64($0) }
    /// Steps of a short run: about five minutes of the clock.
    private static let shortSteps = 250
    private static let slice = 250

    private func play(
        _ seed: UInt64,
        processes: Int,
        until isOver: (LineFuzz) -> Bool
    ) async throws {
        let clock = try VirtualClock()
        try await Ground.with(processes == 1 ? "sqlite" : "postgres", clock: clock) { ground in
            var sites: [Site] = []
            for _ in 0..<processes { sites.append(try await ground.start()) }
            let fuzz = LineFuzz(seed: seed, sites: sites, clock: clock)
            while !isOver(fuzz) {
                do {
                    try await fuzz.run(steps: Self.slice)
                } catch {
                    say(fuzz.summaryLine)
                    throw error
                }
                if Self.minutes != nil { say(fuzz.summaryLine) }
            }
            #expect(fuzz.admissions > 0 && fuzz.censuses > 0, "\(fuzz.summaryLine)")
            try await ground.audit()
            say(fuzz.summaryLine)
        }
    }

    private func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    @Test(
        .timeLimit(.minutes(4)),
        arguments: [(1, seed ?? 7), (2, seed ?? 11)]
    )
    func theLineKeepsItsPromises(processes: Int, seed: UInt64) async throws {
        try await play(seed, processes: processes) { $0.steps >= Self.shortSteps }
    }

    @Test(.enabled(if: minutes != nil, "make fuzz-line MINUTES=5"))
    func theLineKeepsItsPromisesForLong() async throws {
        let processes = Self.environment["ONSALE_FUZZ_PROCESSES"].flatMap { Int($0) } ?? 2
        let end = ContinuousClock.now + .seconds((Self.minutes ?? 1) * 60)
        while ContinuousClock.now < end {
            let seed = Self.seed ?? UInt64.random(in: 1...1_000_000)
            try await play(seed, processes: processes) { fuzz in
                ContinuousClock.now >= end || fuzz.steps >= 10_000
            }
        }
    }
}
