import Redis
import TestGate
import Testing
import Values

@testable import Rooms
@testable import TestKit
@testable import TestLedger
@testable import TestRooms

/// A session begins when its visitor can have heard of it: whoever polls as they are told never
/// loses a place, however short the limits are.
@Suite(.sideBySide, .timeLimit(.minutes(2))) struct RoomUnheardTests {
    /// A room that lets nobody in yet, and its line; everybody polls exactly when they were told.
    private final class Line {
        let bed: RoomBed
        let room: RoomID
        var nowMs: Int64 = 1_790_000_000_000
        var visitors: [Visitor] = []

        struct Visitor {
            let user: UserID
            var token: String
            var dueMs: Int64
            var heard: [TicketState] = []
            var heardAtMs: Int64 = 0
            var endsAtMs: Int64 = 0
        }

        init(_ bed: RoomBed, _ change: (inout RoomChange) -> Void) async throws {
            self.bed = bed
            room = try TestKit.room("unheard")
            try await bed.set(clockMs: nowMs)
            var settings = RoomChange()
            settings.capacity = .some(0)
            change(&settings)
            _ = try await bed.settings.configure(settings, of: room)
        }

        func configure(_ change: (inout RoomChange) -> Void) async throws {
            var settings = RoomChange()
            change(&settings)
            _ = try await bed.settings.configure(settings, of: room)
            for side in bed.sides { while try await side.keeper.tick(room) == 0 {} }
        }

        func enter(_ count: Int) async throws {
            for index in 0..<count {
                let user = try TestKit.user("u\(visitors.count)")
                let store = bed.sides[index % bed.sides.count].store
                let outcome = try await store.enter(user, ticket: nil, in: room)
                guard case .visit(let visit) = outcome else { throw Unexpected(outcome: outcome) }
                let pollMs = visit.standing.pollAfterMs ?? 0
                visitors.append(Visitor(user: user, token: visit.token, dueMs: nowMs + pollMs))
            }
        }

        struct Unexpected: Error { var outcome: VisitOutcome }

        /// Time goes on in steps of 250 ms; a poll is up to a step late.
        func go(ms: Int64, polls: Bool = true) async throws {
            for _ in 0..<ms / 250 {
                nowMs += 250
                try await bed.set(clockMs: nowMs)
                while try await bed.sides[0].keeper.tick(room) == 0 {}
                guard polls else { continue }
                for index in visitors.indices where visitors[index].dueMs <= nowMs {
                    try await poll(index)
                }
            }
        }

        func poll(_ index: Int) async throws {
            let visitor = visitors[index]
            let outcome = try await bed.sides[index % bed.sides.count].store.status(
                ticket: visitor.token,
                user: visitor.user,
                in: room
            )
            guard case .visit(let visit) = outcome else { throw Unexpected(outcome: outcome) }
            visitors[index].token = visit.token
            let standing = visit.standing
            visitors[index].dueMs = standing.pollAfterMs.map { nowMs + $0 } ?? .max
            guard standing.state != visitor.heard.last else { return }
            visitors[index].heard.append(standing.state)
            visitors[index].heardAtMs = nowMs
            visitors[index].endsAtMs = standing.sessionExpiresMs ?? 0
        }

        /// What the journal has reaches the ledger.
        func writeDown() async throws {
            for _ in 0..<2 {
                for side in bed.sides {
                    _ = try await side.keeper.tick(room)
                    try await side.keeper.upkeep(room)
                }
            }
        }

        func inside() async throws -> Int64 {
            try await bed.settings.report(room)?.inside ?? -1
        }
    }

    /// How many heard `expired` before they heard that they were let in.
    private func missed(_ off: ScriptGuard?, _ change: @Sendable (inout RoomChange) -> Void)
        async throws -> Int
    {
        try await RoomBed.with(without: off) { bed in
            let line = try await Line(bed, change)
            try await line.enter(600)
            try await line.go(ms: 3_000)
            try await line.configure { $0.capacity = .some(1_000) }
            try await line.go(ms: 20_000)
            let missed = line.visitors.count { !$0.heard.contains(.admitted) }
            for visitor in line.visitors where visitor.heard.contains(.admitted) {
                #expect(visitor.heard.first == .waiting || visitor.heard.first == .admitted)
            }
            return missed
        }
    }

    @Test func anIdleLimitWaitsUntilItsVisitorHas() async throws {
        #expect(try await missed(nil) { $0.idleSeconds = .some(5) } == 0)
    }

    @Test func soDoesAShortSession() async throws {
        #expect(try await missed(nil) { $0.sessionSeconds = 4 } == 0)
    }

    @Test func withoutTheGuardManyHearTooLate() async throws {
        #expect(try await missed(.heard) { $0.idleSeconds = .some(5) } > 50)
        #expect(try await missed(.heard) { $0.sessionSeconds = 4 } > 50)
    }

    /// Whoever polls as told while inside keeps an idle session to its hard end.
    @Test func theToldPollKeepsAnIdleSession() async throws {
        try await RoomBed.with { bed in
            let line = try await Line(bed) {
                $0.idleSeconds = .some(2)
                $0.sessionSeconds = 30
            }
            try await line.enter(20)
            try await line.configure { $0.capacity = .some(20) }
            try await line.go(ms: 29_000)
            #expect(line.visitors.allSatisfy { $0.heard.last == .admitted })
        }
    }

    /// Signs of life are written when an eighth of the limit has passed; the last one before the
    /// told end of the session counts nevertheless.
    @Test(arguments: [nil, ScriptGuard.end])
    func anActiveSessionLastsUntilItsToldEnd(_ off: ScriptGuard?) async throws {
        let last = try await RoomBed.with(without: off) { bed in
            let line = try await Line(bed) {
                $0.idleSeconds = .some(20)
                $0.sessionSeconds = 30
                $0.capacity = .some(1)
            }
            try await line.enter(1)
            try await line.poll(0)
            for ms in [6_500, 13_500, 9_500] {
                try await line.go(ms: Int64(ms), polls: false)
                try await line.poll(0)
            }
            return line.visitors[0].heard.last
        }
        #expect(last == (off == nil ? .admitted : .expired))
    }

    /// The session is as long as ever, from when it was heard of; and the ledger knows its end.
    @Test(arguments: Engine.allCases)
    func theSessionBeginsWhenItIsHeard(_ engine: Engine) async throws {
        try await RoomBed.with(on: engine) { bed in
            let line = try await Line(bed) { $0.sessionSeconds = 60 }
            try await line.enter(200)
            try await line.configure { $0.capacity = .some(1_000) }
            try await line.go(ms: 10_000)
            for visitor in line.visitors {
                #expect(visitor.heard == [.admitted])
                #expect(visitor.endsAtMs == visitor.heardAtMs + 60_000)
            }
            try await line.writeDown()
            let ledger = bed.sides[0].keeper.registry.ledger
            let logged = try await ledger.sessions(
                of: line.room,
                after: nil,
                at: line.nowMs,
                atMost: 1_000
            )
            let ends = Dictionary(
                uniqueKeysWithValues: line.visitors.map { ($0.user.raw, $0.endsAtMs) }
            )
            #expect(logged.count == 200)
            #expect(logged.allSatisfy { $0.endsAtMs == ends[$0.user] && $0.admittedAtMs > 0 })
            // An end is written down as of the session that was heard of.
            let first = line.visitors[199]
            _ = try await bed.store.finish(first.user, in: line.room)
            try await line.writeDown()
            let done = try await ledger.sessions(
                of: line.room,
                after: nil,
                at: line.nowMs,
                atMost: 1_000
            )
            #expect(done.filter { $0.ended != nil }.map(\.user) == [first.user.raw])
        }
    }

    /// Forward auth is a way to hear as well.
    @Test func theDoorIsHeard() async throws {
        try await RoomBed.with { bed in
            let line = try await Line(bed) { $0.idleSeconds = .some(5) }
            try await line.enter(1)
            try await line.configure { $0.capacity = .some(1) }
            try await line.go(ms: 3_000, polls: false)
            let token = line.visitors[0].token
            #expect(try await bed.sides[1].store.isInside(ticket: token, in: line.room))
            let record = try await bed.redis.send("HGET", "{r:\(line.room)}:tickets", "u0")
            #expect(record.string?.first == "a")
        }
    }

    /// A visitor who never comes keeps a place until they would have been absent, and the idle
    /// limit longer; not longer.
    @Test func whoNeverComesFreesThePlace() async throws {
        try await RoomBed.with { bed in
            let line = try await Line(bed) { $0.idleSeconds = .some(4) }
            try await line.enter(1)
            let came = line.nowMs
            try await line.configure { $0.capacity = .some(1) }
            // 2.75 polls of 1 s, 5 s, 9/8 of 4 s.
            let endMs = came + 2_750 + 5_000 + 4_500
            try await line.go(ms: endMs - came - 250, polls: false)
            #expect(try await line.inside() == 1)
            try await line.go(ms: 250, polls: false)
            #expect(try await line.inside() == 0)
            try await line.poll(0)
            #expect(line.visitors[0].heard == [.expired])
        }
    }

    /// Redis is lost between admission and hearing, and back after the session would have ended:
    /// how many hear that they were let in, and for how long Redis has a place for one who never
    /// comes.
    private func heardAfterLoss(_ engine: Engine, _ off: ScriptGuard?) async throws
        -> (admitted: Int, expired: Int)
    {
        try await RoomBed.with(on: engine, without: off) { bed in
            let line = try await Line(bed) { $0.sessionSeconds = 4 }
            try await line.enter(200)
            try await line.go(ms: 3_000)
            try await line.configure { $0.capacity = .some(200) }
            try await line.writeDown()
            #expect(try await line.inside() == 200)
            _ = try await bed.redis.send("FLUSHALL")
            line.nowMs += 15_000
            try await bed.set(clockMs: line.nowMs)
            try await line.writeDown()
            // The last is not seen again.
            let away = line.visitors.removeLast()
            try await line.go(ms: 3_000)
            for visitor in line.visitors where visitor.heard.contains(.admitted) {
                #expect(visitor.endsAtMs == visitor.heardAtMs + 4_000)
            }
            let heard = line.visitors.map(\.heard)
            line.visitors = [away]
            try await line.go(ms: 88_500, polls: false)
            #expect(try await line.inside() == 0)
            return (
                heard.count { $0.contains(.admitted) }, heard.count { $0.contains(.expired) }
            )
        }
    }

    @Test(arguments: Engine.allCases)
    func aLossOfRedisTakesNoSessionThatNobodyHeardOf(_ engine: Engine) async throws {
        #expect(try await heardAfterLoss(engine, nil) == (199, 0))
        #expect(try await heardAfterLoss(engine, .unheard).expired > 150)
    }

    /// A limit that is changed between admission and hearing takes nobody's time away.
    @Test(arguments: [nil, 3, 20] as [Int64?])
    func aChangedLimitWaitsAsWell(before: Int64?) async throws {
        try await RoomBed.with { bed in
            let line = try await Line(bed) { $0.idleSeconds = .some(before) }
            try await line.enter(300)
            try await line.configure { $0.capacity = .some(1_000) }
            try await line.configure { $0.idleSeconds = .some(2) }
            try await line.go(ms: 12_000)
            #expect(line.visitors.allSatisfy { $0.heard == [.admitted] })
        }
    }
}
