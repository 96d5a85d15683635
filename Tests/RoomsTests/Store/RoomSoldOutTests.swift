import Engines
import Redis
import Synchronization
import TestGate
import Testing
import Values

@testable import Rooms
@testable import TestKit
@testable import TestRooms

/// Something comes back to a room that was sold out: its line is where it was.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct RoomSoldOutTests {
    private enum Way: CaseIterable { case status, enter }

    /// Who is inside after a quarter of an hour of being sold out in which all three asked each
    /// 33 s, the slowest that the server tells; and who was passed over.
    private func afterReturn(_ way: Way, _ off: ScriptGuard? = nil) async throws
        -> (inside: [String], skipped: [String])
    {
        try await RoomBed.with(without: off) { bed in
            let room = try TestKit.room("returns")
            var nowMs: Int64 = 1_790_000_000_000
            try await bed.set(clockMs: nowMs)
            var change = RoomChange()
            change.capacity = .some(0)
            _ = try await bed.settings.configure(change, of: room)
            var visitors: [(user: UserID, token: String)] = []
            for name in ["ann", "bob", "cat"] {
                let user = try TestKit.user(name)
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
                let dan = try TestKit.user("dan")
                #expect(try await store.enter(dan, ticket: nil, in: room) == .soldOut)
                nowMs += 33_000
                try await bed.set(clockMs: nowMs)
            }
            _ = try await bed.settings.set(.open, of: room)
            change.capacity = .some(1)
            _ = try await bed.settings.configure(change, of: room)
            _ = try await bed.store.enter(try TestKit.user("dan"), ticket: nil, in: room)
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

    /// The state of a room at the instant in which it serves again, after Redis was emptied and
    /// its performances were found to be sold out.
    private func stateAfterLoss(_ off: ScriptGuard? = nil) async throws -> RoomState? {
        try await RoomBed.with(without: off) { bed in
            let line = try await RecoveryLine(bed, RoomRecoveryTests.settings(capacity: 0))
            try await line.enter(3)
            _ = try await bed.redis.send("FLUSHALL")
            _ = try await bed.redis.command(RoomBed.nothingLeft(in: line.room))
            try await bed.set(clockMs: line.nowMs + 1)
            _ = try await bed.sides[0].keeper.tick(line.room)
            return try await line.report().state
        }
    }

    /// A fan who is told "sold out" is not asked into the line a moment later.
    @Test func aRoomThatComesBackIsSoldOutAtOnce() async throws {
        #expect(try await stateAfterLoss() == .soldOut)
        #expect(try await stateAfterLoss(.follows) == .open)
    }

    @Test func theStockIsComparedBeforeTheRoomServes() async throws {
        try await RoomBed.with { bed in
            let line = try await RecoveryLine(bed, RoomRecoveryTests.settings(capacity: 0))
            try await line.enter(3)
            let seen = Mutex<[Bool]>([])
            await bed.sides[0].keeper.onStock { [redis = bed.redis] room async throws(StoreError) in
                let reply = try await redis.command("HGET", "{r:\(room)}:room", "restoring")
                seen.withLock { $0.append(reply.string == "1") }
            }
            _ = try await bed.redis.send("FLUSHALL")
            try await bed.set(clockMs: line.nowMs + 1)
            _ = try await bed.sides[0].keeper.recover(line.room, above: 0)
            #expect(seen.withLock { $0 } == [true])
        }
    }

    /// Another process has opened the room anew, and died before it had brought everything back.
    @Test func aReportWaitsUntilTheRoomIsBack() async throws {
        try await RoomBed.with { bed in
            let line = try await RecoveryLine(bed, RoomRecoveryTests.settings(capacity: 0))
            try await line.enter(3)
            let key = "{r:\(line.room)}:room"
            _ = try await bed.redis.send("HSET", key, "restoring", "1")
            let report = try await line.report()
            #expect(!report.isRestoring && report.waiting == 3)
            #expect(try await bed.redis.send("HEXISTS", key, "restoring").int == 0)
        }
    }

    /// A ledger that cannot say what is left does not hold the line up.
    @Test func aRoomComesBackWithoutTheComparison() async throws {
        try await RoomBed.with { bed in
            let line = try await RecoveryLine(bed, RoomRecoveryTests.settings(capacity: 0))
            try await line.enter(3)
            await bed.sides[0].keeper.onStock { _ async throws(StoreError) in
                throw .unavailable("no stock")
            }
            _ = try await bed.redis.send("FLUSHALL")
            try await bed.set(clockMs: line.nowMs + 1)
            #expect(try await bed.sides[0].keeper.recover(line.room, above: 0))
            #expect(try await line.report().state == .open)
        }
    }
}

extension RoomBed {
    /// What a sale writes into a room whose seats are all sold.
    fileprivate static func nothingLeft(in room: RoomID) -> [String] {
        ["HSET", "{r:\(room)}:room", "unsold", "0", "basket", "1000"]
    }
}
