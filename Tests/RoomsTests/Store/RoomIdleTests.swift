import Redis
import TestGate
import Testing
import Values

@testable import Engines
@testable import Rooms
@testable import TestKit
@testable import TestRooms

/// A changed idle limit counts for those inside from now on. More are inside than a call looks at.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct RoomIdleTests {
    private static let startMs: Int64 = 1_790_000_000_000
    private static let sessionMs: Int64 = 600_000
    private static let count = 300
    /// Half of `SLICE` in `redis/lib/room.lua`: ends of sessions that a call moves at most.
    private static let sliceMax = 64

    /// A room with `count` inside.
    private struct Full {
        let bed: RoomBed
        let room: RoomID
        var tokens: [(user: UserID, token: String)] = []
        var nowMs = startMs

        init(_ bed: RoomBed, idleSeconds: Int64?) async throws {
            self.bed = bed
            room = try TestKit.room("idle")
            try await bed.set(clockMs: nowMs)
            var change = RoomChange()
            change.sessionSeconds = sessionMs / 1_000
            change.idleSeconds = .some(idleSeconds)
            _ = try await bed.settings.configure(change, of: room)
            for n in 0..<count {
                let user = try TestKit.user("u\(n)")
                let outcome = try await bed.store.enter(user, ticket: nil, in: room)
                guard case .visit(let visit) = outcome else { continue }
                tokens.append((user, visit.token))
            }
            try #require(try await inside == count)
        }

        mutating func set(idleSeconds: Int64?) async throws {
            var change = RoomChange()
            change.idleSeconds = .some(idleSeconds)
            _ = try await bed.settings.configure(change, of: room)
        }

        /// Looks until nothing is left to do at once, as a keeper does.
        mutating func move(ms: Int64) async throws {
            nowMs += ms
            try await bed.set(clockMs: nowMs)
            while try await bed.sides[0].keeper.tick(room) == 0 {}
        }

        var inside: Int {
            get async throws {
                Int(try await bed.redis.send("ZCARD", "{r:\(room)}:inside").int ?? -1)
            }
        }

        func poll(_ wanted: Range<Int>) async throws -> Int {
            var admitted = 0
            for (user, token) in tokens[wanted] {
                let outcome = try await bed.store.status(ticket: token, user: user, in: room)
                if case .visit(let visit) = outcome, visit.standing.state == .admitted {
                    admitted += 1
                }
            }
            return admitted
        }
    }

    /// How many are inside just before and at the hard end, the limit of 20 s taken back after 1 s.
    private func insideAfterNoLimit(without missing: ScriptGuard?) async throws -> [Int] {
        try await RoomBed.with(sides: 1, without: missing) { bed in
            var full = try await Full(bed, idleSeconds: 20)
            try await full.move(ms: 1_000)
            try await full.set(idleSeconds: nil)
            try await full.move(ms: Self.sessionMs - 1_001)
            let before = try await full.inside
            try await full.move(ms: 1)
            return [before, try await full.inside]
        }
    }

    @Test func aLimitTakenBackEndsNobody() async throws {
        #expect(try await insideAfterNoLimit(without: nil) == [Self.count, 0])
    }

    @Test func withoutTheGuardItEndsAll() async throws {
        #expect(try await insideAfterNoLimit(without: .rescore) == [0, 0])
    }

    /// Between the change and the last slice an old end is none.
    @Test func nobodyEndsBeforeTheirSliceIsReached() async throws {
        try await RoomBed.with(sides: 1) { bed in
            var full = try await Full(bed, idleSeconds: 20)
            try await full.set(idleSeconds: nil)
            full.nowMs += 25_000
            try await bed.set(clockMs: full.nowMs)
            #expect(try await full.poll(0..<Self.count) == Self.count)
            try await full.move(ms: 0)
            #expect(try await full.inside == Self.count)
        }
    }

    @Test(arguments: [nil, 20, 600] as [Int64?])
    func aLimitReachesThoseInside(before: Int64?) async throws {
        try await RoomBed.with(sides: 1) { bed in
            var full = try await Full(bed, idleSeconds: before)
            // The loop holds these sessions and answers for them without asking Redis.
            #expect(try await full.poll(0..<10) == 10)
            try await full.move(ms: 1_000)
            try await full.set(idleSeconds: 4)
            for _ in 0..<8 {
                try await full.move(ms: 1_000)
                #expect(try await full.poll(0..<10) == 10)
            }
            #expect(try await full.inside == 10)
        }
    }

    /// A raised limit counts from its change.
    @Test func aRaisedLimitEndsNobodyEarlier() async throws {
        try await RoomBed.with(sides: 1) { bed in
            var full = try await Full(bed, idleSeconds: 5)
            try await full.move(ms: 4_000)
            try await full.set(idleSeconds: 20)
            try await full.move(ms: 22_499)
            #expect(try await full.inside == Self.count)
            try await full.move(ms: 1)
            #expect(try await full.inside == 0)
        }
    }

    @Test func aCallMovesASlice() async throws {
        try await RoomBed.with(sides: 1) { bed in
            let full = try await Full(bed, idleSeconds: nil)
            var known = KnownRoom(settings: RoomSettings(), state: .open, generation: 1)
            known.settings.sessionSeconds = Self.sessionMs / 1_000
            known.settings.idleSeconds = 10
            known.revision = 2
            // The script itself, so that no keeper looks in between.
            _ = try await bed.store.run(
                bed.scripts[.configure],
                full.room,
                [.int(0), .int(2), .int(0)] + RoomFields.all(known)
            )
            let until = String(Self.startMs + Self.sessionMs - 1)
            let key = "{r:\(full.room)}:inside"
            let moved = try await bed.redis.send("ZCOUNT", key, "-inf", until).int ?? -1
            #expect(moved >= Int64(Self.sliceMax) && moved <= Int64(2 * Self.sliceMax))
        }
    }
}
