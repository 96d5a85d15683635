import Redis
import TestGate
import Testing
import Values

@testable import Rooms
@testable import TestKit
@testable import TestRooms

/// Redis comes back empty or older in the middle of a sale.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct RoomRecoveryTests {
    static func settings(capacity: Int64? = nil, rate: Int64? = nil) -> RoomChange {
        var change = RoomChange()
        change.capacity = .some(capacity)
        change.rate = .some(rate)
        change.sessionSeconds = 86_400
        return change
    }

    /// 10 inside who are busy shopping and do not poll, 200 in line who do. Redis is emptied, three
    /// of the ten finish while the line settles. Answers which promises were broken.
    private func loseEverything(_ sabotage: RecoveryLine.Sabotage? = nil) async throws -> [String] {
        try await RoomBed.with { bed in
            let line = try await RecoveryLine(bed, Self.settings(capacity: 10), sabotage)
            try await line.enter(210)
            let insiders = Array(line.entered.prefix(10)),
                waiting = Array(line.entered.dropFirst(10))
            try await line.advance(ms: 4_000, polling: waiting)
            try #require(try await line.line() == waiting)
            let generation = try await line.report().generation
            var broken: [String] = []
            func expect(_ promise: String, _ holds: Bool) {
                if !holds, !broken.contains(promise) { broken.append(promise) }
            }
            try await line.flush(sabotage)
            expect("a new generation", try await line.report().generation == generation + 1)
            expect("who was inside is inside", try await line.inside() == Set(insiders))
            let finished = Set(insiders.prefix(3))
            for user in finished { _ = try await bed.store.finish(user, in: line.room) }
            // Most return at once in any order, some late, some only after the line has settled.
            let back = waiting.shuffled()
            let late = Array(back.suffix(50)), latest = Array(late.suffix(5))
            try await line.poll(Array(back.dropLast(50)))
            try await line.enter(5)
            let newcomers = Array(line.entered.suffix(5))
            let settlesMs = try await line.settledAtMs() - line.nowMs
            if sabotage != .settleRemoved { try #require(settlesMs > 5_000) }
            let returned = waiting.filter { !latest.contains($0) }
            try await line.advance(ms: max(2_000, settlesMs - 1), polling: returned + newcomers)
            let early = try await line.inside().subtracting(insiders)
            expect("nobody is admitted before the line has settled", early.isEmpty)
            expect("the line is in its old order", try await line.line() == returned + newcomers)
            let ranks = returned.map { line.visits[$0]?.standing.ahead }
            expect("each is told their place", ranks == returned.indices.map { Int64($0) })
            try await line.advance(ms: 1, polling: returned)
            let admitted = try await line.inside().subtracting(insiders)
            let busy = insiders.count - finished.count
            expect("capacity holds", busy + admitted.count <= 10)
            expect("free places are given to the head", admitted == Set(returned.prefix(3)))
            try await line.poll(latest)
            let rest = waiting.filter { !admitted.contains($0) }
            expect("who returns late has the old place", try await line.line() == rest + newcomers)
            // Those inside never noticed: their tickets open the door, and they finish as ever.
            for user in insiders.dropFirst(3) {
                let token = line.visits[user]?.token ?? ""
                let isInside = try await bed.sides[1].store.isInside(ticket: token, in: line.room)
                expect("sessions go on", isInside)
            }
            return broken
        }
    }

    @Test func anEmptiedRedisLosesNobodysPlace() async throws {
        #expect(try await loseEverything() == [])
    }

    @Test func withoutTheLogTheRoomWouldOverfill() async throws {
        let broken = try await loseEverything(.logOff)
        #expect(broken.contains("who was inside is inside"))
        #expect(broken.contains("capacity holds"))
    }

    @Test func withoutSettlingTheFirstToReturnWouldGoFirst() async throws {
        let broken = try await loseEverything(.settleRemoved)
        #expect(broken.contains("nobody is admitted before the line has settled"))
    }

    /// How many were ever admitted: before a loss, 50 s and 1 ms less than a minute after it,
    /// and a minute after it.
    private func admissionsAroundALoss(_ sabotage: RecoveryLine.Sabotage?) async throws -> [Int] {
        try await RoomBed.with { bed in
            let line = try await RecoveryLine(bed, Self.settings(rate: 5), sabotage)
            try await line.enter(20)
            try await line.advance(ms: 2_000, polling: Array(line.entered.dropFirst(5)))
            var admitted = try await line.inside()
            try await line.flush(sabotage)
            let waiting = Array(line.entered.dropFirst(5))
            try await line.poll(waiting)
            var seen = [admitted.count]
            for ms in [50_000, 9_999, 1] as [Int64] {
                try await line.advance(ms: ms, polling: waiting)
                admitted.formUnion(try await line.inside())
                seen.append(admitted.count)
            }
            return seen
        }
    }

    @Test func theMinuteOfTheRateIsNotBegunAnew() async throws {
        // 60 s after the loss, not after the settling, the next five follow.
        let seen = try await admissionsAroundALoss(nil)
        #expect(seen == [5, 5, 5, 10])
        let withoutLog = try await admissionsAroundALoss(.logOff)
        #expect(withoutLog[1] == 10)
    }

    @Test func manyLossesKeepTheOrder() async throws {
        try await RoomBed.with { bed in
            let line = try await RecoveryLine(bed, Self.settings(capacity: 3))
            try await line.enter(40)
            for round in 1...5 as ClosedRange<Int64> {
                try await line.advance(ms: 2_000, polling: line.entered)
                try await line.flush()
                try await line.poll(line.entered.shuffled())
                try await line.poll(line.entered)
                #expect(try await line.report().generation == round + 1)
                #expect(try await line.line() == Array(line.entered.dropFirst(3)))
                #expect(try await line.inside() == Set(line.entered.prefix(3)))
            }
            // A ticket of the first generation still says where its bearer stood.
            #expect(line.visits[line.entered[39]]?.standing.ahead == 36)
        }
    }

    @Test func aFirstTicketIsAsGoodAsTheNewest() async throws {
        try await RoomBed.with { bed in
            let line = try await RecoveryLine(bed, Self.settings(capacity: 0))
            try await line.enter(6)
            let first = line.visits
            for _ in 1...2 {
                try await line.flush()
                try await line.poll(line.entered)
            }
            try await line.flush()
            for user in line.entered.reversed() {
                let outcome = try await bed.store.enter(
                    user,
                    ticket: first[user]?.token,
                    in: line.room
                )
                guard case .visit(let visit) = outcome else {
                    throw RecoveryLine.Refused(outcome: outcome)
                }
                #expect(visit.standing.generation == 4)
                #expect(visit.token != first[user]?.token)
            }
            #expect(try await line.line() == line.entered)
        }
    }

    @Test func anOlderSnapshotIsNoticedAndOpensANewGeneration() async throws {
        try await RoomBed.with { bed in
            let line = try await RecoveryLine(bed, Self.settings(capacity: 5))
            try await line.enter(20)
            try await line.advance(ms: 2_000, polling: line.entered)
            let snapshot = try await line.snapshot()
            let generation = try await line.report().generation
            // Two finish, two follow; then Redis falls back to before that.
            for user in line.entered.prefix(2) {
                _ = try await bed.store.finish(user, in: line.room)
            }
            try await line.advance(ms: 2_000, polling: line.entered)
            let inside = Set(line.entered[2..<7])
            #expect(try await line.inside() == inside)
            try await line.restore(snapshot)
            try await line.tick()
            #expect(try await line.report().generation == generation + 1)
            for user in inside {
                let token = line.visits[user]?.token ?? ""
                let isInside = try await bed.sides[1].store.isInside(ticket: token, in: line.room)
                #expect(isInside, "\(user)")
            }
            try await line.poll(Array(line.entered.dropFirst(2)))
            #expect(try await line.line() == Array(line.entered.dropFirst(7)))
            let early = try await line.inside().subtracting(line.entered.prefix(7))
            #expect(early.isEmpty)
        }
    }

    @Test func anOlderSnapshotTakesNoDecisionOfTheOperatorBack() async throws {
        try await RoomBed.with { bed in
            let line = try await RecoveryLine(bed, Self.settings(capacity: 5))
            try await line.enter(6)
            let snapshot = try await line.snapshot()
            var change = RoomChange()
            change.capacity = .some(1)
            change.idleSeconds = .some(60)
            _ = try await bed.settings.configure(change, of: line.room)
            _ = try await bed.settings.set(.paused, of: line.room)
            try await line.tick()
            try await line.restore(snapshot)
            try await line.tick()
            let report = try await line.report()
            #expect(report.generation == 2)
            #expect(report.settings.capacity == 1 && report.settings.idleSeconds == 60)
            #expect(report.state == .paused)
        }
    }

    @Test func anOlderSnapshotDoesNotBeginTheMinuteOfTheRateAnew() async throws {
        try await RoomBed.with { bed in
            let line = try await RecoveryLine(bed, Self.settings(rate: 5))
            _ = try await bed.settings.set(.paused, of: line.room)
            try await line.enter(20)
            try await line.tick()
            let snapshot = try await line.snapshot()
            _ = try await bed.settings.set(.open, of: line.room)
            try await line.tick()
            #expect(try await line.inside() == Set(line.entered.prefix(5)))
            try await line.restore(snapshot)
            try await line.tick()
            try await line.advance(ms: 59_999, polling: line.entered)
            #expect(try await line.inside() == Set(line.entered.prefix(5)))
            try await line.advance(ms: 1, polling: line.entered)
            let inside = try await line.inside()
            #expect(inside == Set(line.entered.prefix(10)))
        }
    }

    @Test func aRoomNobodyKnowsIsNotMade() async throws {
        try await RoomBed.with(sides: 1) { bed in
            try await bed.set(clockMs: 1_790_000_000_000)
            let outcome = try await bed.store.enter(user("a"), ticket: nil, in: room("none"))
            #expect(outcome == .unknownRoom)
            #expect(try await bed.settings.report(room("none")) == nil)
            #expect(try await bed.settings.set(.paused, of: room("none")) == nil)
            #expect(try await bed.store.finish(user("a"), in: room("none")) == .unknownRoom)
        }
    }

    @Test func changingALostRoomBringsItBackFirst() async throws {
        try await RoomBed.with { bed in
            let line = try await RecoveryLine(bed, Self.settings(capacity: 2))
            try await line.enter(6)
            try await line.tick()
            _ = try await bed.redis.send("FLUSHALL")
            try await bed.set(clockMs: line.nowMs)
            var change = RoomChange()
            change.rate = .some(30)
            let report = try await bed.settings.configure(change, of: line.room)
            #expect(report.settings.capacity == 2 && report.settings.rate == 30)
            #expect(report.generation == 2)
            try await line.poll(line.entered)
            #expect(try await line.line() == Array(line.entered.dropFirst(2)))
        }
    }
}
