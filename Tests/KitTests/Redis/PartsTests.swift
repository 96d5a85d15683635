import EventLoop
import TestGate
import Testing

@testable import Redis

@Suite(.sideBySide) struct PartsTests {
    @Test func pausesGrowUpToTheirMaximumAndStartAgain() {
        /// Always the largest: shows the ceiling of each draw.
        struct Highest: RandomNumberGenerator { mutating func next() -> UInt64 { .max } }
        var random = Highest()
        var backoff = Backoff(minMs: 20, maxMs: 1_000)
        let pauses = (0..<8).map { _ in backoff.nextMs(using: &random) }
        #expect(pauses == [20, 40, 80, 160, 320, 640, 1_000, 1_000])
        backoff.reset()
        #expect(backoff.nextMs(using: &random) == 20)
        for _ in 0..<100 { #expect(backoff.nextMs(using: &random) <= 1_000) }
    }

    @Test func pausesAreSpreadFromNearlyNothing() {
        var random = SystemRandomNumberGenerator()
        let pauses = (0..<200).map { _ in
            var backoff = Backoff(minMs: 1_000, maxMs: 1_000)
            return backoff.nextMs(using: &random)
        }
        #expect(pauses.allSatisfy { (1...1_000).contains($0) })
        // Each half is missed by 200 even draws once in 10^60.
        #expect(pauses.contains { $0 <= 500 } && pauses.contains { $0 > 500 })
    }

    @Test(
        arguments: [
            (0, 0), (64_000, 0), (64_001, 1), (128_000, 1), (128_001, 2), (2_097_152_000, 15),
            (2_097_152_001, 16), (UInt64.max / 2, 16),
        ] as [(UInt64, Int)]
    )
    func aLatencyFallsIntoTheFirstBucketThatHoldsIt(ns: UInt64, bucket: Int) {
        #expect(RedisStatistics.bucket(ofNs: ns) == bucket)
    }

    @Test(
        arguments: [
            ("Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64", "7.0.15"),
            ("Valkey server v=8.0.1 sha=00000000:0", "8.0.1"), ("v=7.2.0\n", "7.2.0"),
            ("hello", nil),
        ] as [(String, String?)]
    )
    func theVersionIsReadFromTheAnswer(answer: String, version: String?) {
        #expect(ServerProgram.version(in: answer) == version)
    }
}
