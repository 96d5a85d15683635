import Redis
import TestGate
import Testing
import Values

@testable import Rooms

/// Something comes back to a room that was sold out: its line is where it was.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct RoomSoldOutTests {
    private enum Way: CaseIterable { case status, enter }

    /// Who is inside after a quarter of an hour of being sold out in which all three asked each
    /// 33 s, the slowest that the server tells; and who was passed over.
    private func afterReturn(_ way: Way, _ off: ScriptGuard? = nil) async throws
        -> (inside: [String], skipped: [String])
    {
        try await RoomBed.with(without: off) { bed in
            let room = try StoreTests.room("returns")
            var nowMs: Int64 = 1_790_000_000_000
            try await bed.set(clockMs: nowMs)
            var change = RoomChange()
            change.capacity = .some(0)
            _ = try await bed.settings.configure(change, of: room)
            var visitors: [(user: UserID, token: String)] = []
            for name in ["ann", "bob", "cat"] {
                let user = try StoreTests.user(name)
                let outcome = try await bed.store.enter(user, ticket: nil, in: room)
                guard case .visit(let visit) = outcome else { continue }
                visitors.append((user, visit.token))
            }
            _ = try await bed.settings.set(.soldOut, of: room)
            for round in 0..<28 {
                for side in bed.sides { _ = try await side.keeper.tick(room) }
                let store = bed.sides[round % 2].store
                for (user, token) in visitors {
                    let outcome =
                        switch way {
                        case .status:
                            try await store.status(ticket: token, user: user, in: room)
                        case .enter: try await store.enter(user, ticket: token, in: room)
                        }
                    #expect(outcome == .soldOutInLine)
                }
                let dan = try StoreTests.user("dan")
                #expect(try await store.enter(dan, ticket: nil, in: room) == .soldOut)
                nowMs += 33_000
                try await bed.set(clockMs: nowMs)
            }
            _ = try await bed.settings.set(.open, of: room)
            change.capacity = .some(1)
            _ = try await bed.settings.configure(change, of: room)
            _ = try await bed.store.enter(try StoreTests.user("dan"), ticket: nil, in: room)
            func members(_ key: String) async throws -> [String] {
                let reply = try await bed.redis.send("ZRANGE", "{r:\(room)}:\(key)", "0", "-1")
                return reply.array?.compactMap(\.string) ?? []
            }
            return (try await members("inside"), try await members("skipped"))
        }
    }

    @Test(arguments: [true, false])
    func theLineIsFirst(asksForItsPlace: Bool) async throws {
        let found = try await afterReturn(asksForItsPlace ? .status : .enter)
        #expect(found.inside == ["ann"] && found.skipped.isEmpty)
    }

    @Test func withoutTheGuardItWouldBePassedOver() async throws {
        let found = try await afterReturn(.enter, .returns)
        #expect(found.inside == ["dan"] && found.skipped == ["ann", "bob", "cat"])
    }
}
