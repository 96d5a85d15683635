import TestGate
import TestRedis
import Testing

@testable import Rankings

/// A board that nothing changes leaves Redis after a time, and comes back as it was.
@Suite(.sideBySide, .timeLimit(.minutes(2))) struct RetentionTests {
    private static let retainMs: Int64 = 30 * 86_400_000

    @Test func aBoardLeavesAfterItsLastChange() async throws {
        try await BoardBed.with(retainMs: Self.retainMs) { bed in
            bed.add("ann", 3)
            try await bed.deliver()
            bed.set("bob", to: 4)
            try await bed.deliver(after: 1)
            let tag = "rank:{games}:"
            let lives = try await KeyLives(bed.redis).of(tag)
            #expect(lives.values.allSatisfy { $0 > 0 }, "\(lives)")
            for key in ["meta", "a", "a:at", "r", "r:at", "r:set"] {
                #expect(KeyLives.isAbout(lives[key], Self.retainMs), "\(key) \(lives)")
            }
            try await KeyLives(bed.redis).end()
            bed.restart()
            #expect(try await bed.listWhenBuilt() == "bob 4, ann 3")
            // What was built has an end as well.
            let built = try await KeyLives(bed.redis).of(tag)
            #expect(built.values.allSatisfy { $0 > 0 }, "\(built)")
        }
    }
}
