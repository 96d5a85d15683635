import TestGate
import TestRedis
import Testing
import Values

@testable import Seats

/// Seats of a performance that is over leave Redis after a time, and come back as they were.
@Suite(.sideBySide, .timeLimit(.minutes(2))) struct RetentionTests {
    private static let retainMs: Int64 = 30 * 86_400_000

    @Test func aPerformanceLeavesAMonthAfterItsDay() async throws {
        try await SeatBed.with(retainMs: Self.retainMs) { bed in
            let id = try bed.performance("p", seats: 4)
            _ = try await bed.bought([1, 2], of: id, for: "ann", as: "pay-1")
            _ = try await bed.bought([3], of: id, for: "bob", as: "pay-2")
            _ = try await bed.store.free(try #require(bed.book.cancel("pay-2")))
            _ = try await bed.held([4], of: id, for: "cat")
            let over = try #require(Timestamp.overMs("2026-12-24"))
            let ms = over - SeatBed.startMs + Self.retainMs
            let lives = try await KeyLives(bed.redis).of("{p:p}:")
            let names = ["seats", "map", "owners", "holds", "hold", "buyers", "cancelled"]
            #expect(Set(lives.keys) == Set(names.map { "\($0):p" }))
            #expect(lives.values.allSatisfy { KeyLives.isAbout($0, ms) }, "\(lives)")
            try await KeyLives(bed.redis).end()
            try await bed.set(clockMs: SeatBed.startMs + 1)
            #expect(try await bed.states(id) == "ssff")
        }
    }
}
