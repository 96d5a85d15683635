import Redis
import TestGate
import Testing
import Values

@testable import Engines
@testable import Rooms
@testable import TestKit
@testable import TestLedger
@testable import TestRooms

/// Lanes that go, and lanes after a loss of Redis.
@Suite(.sideBySide) struct LaneLossTests {
    @Test func aLaneWithPeopleCannotBeRemoved() async throws {
        try await RoomBed.with { bed in
            let lanes = try await LaneBed(bed, main: 1, [("vip", 3), ("press", 1)])
            let ann = try await lanes.entered("ann", code: LaneBed.code(try lanes.lane("vip")))
            #expect(try await lanes.put(1, [("press", 1)]) == nil)
            let report = try #require(try await lanes.put(5, [("vip", 9)]))
            #expect(report.lanes?.text == "5 0 main|9 1 vip" && report.waiting == [0, 1, 0, 0])
            _ = try await bed.store.leave(ticket: ann.token, user: nil, in: lanes.room)
            #expect(try await lanes.put(nil, [])?.lanes == nil)
            #expect(try await bed.settings.lanes(of: lanes.room)?.lanes == nil)
            #expect(try await lanes.entered("ann").standing.lane == nil)
        }
    }

    /// Who comes into a lane while it is being removed stands in the line, as of when they came.
    @Test func whoseLaneIsGoneStandsInTheLine() async throws {
        try await RoomBed.with { bed in
            let lanes = try await LaneBed(bed, main: 1, [("vip", 3)])
            let code = LaneBed.code(try lanes.lane("vip"))
            for name in ["a", "b", "c", "d"] {
                _ = try await lanes.entered(name, code: ["b", "d"].contains(name) ? code : nil)
            }
            #expect(try await lanes.line() == ["a", "c", "b", "d"])
            _ = try await bed.settings.decide(lanes.room, makes: false) { $0.settings.lanes = nil }
            #expect(try await lanes.line() == ["a", "b", "c", "d"])
            let outcome = try await bed.store.enter(
                try TestKit.user("e"),
                ticket: nil,
                in: lanes.room
            )
            guard case .visit(let visit) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(visit.standing.ahead == 4)
        }
    }

    /// Ann is passed over in her lane, which is then removed; where she stands when she is back.
    private func afterHerLaneIsGone(without missing: ScriptGuard? = nil) async throws -> Visit {
        try await RoomBed.with(without: missing) { bed in
            let lanes = try await LaneBed(bed, main: 1, [("vip", 3), ("press", 1)])
            let ann = try await lanes.entered("ann", code: LaneBed.code(try lanes.lane("vip")))
            try await bed.set(clockMs: LaneBed.startMs + 60_000)
            for name in ["bob", "cat"] { _ = try await lanes.entered(name) }
            #expect(try await lanes.admit(1) == ["bob"])
            #expect(try await lanes.put(1, [("press", 1)]) != nil)
            return try await lanes.entered("ann", ticket: ann.token)
        }
    }

    @Test func whoComesBackToALaneThatIsGoneStandsInTheLine() async throws {
        let ann = try await afterHerLaneIsGone()
        #expect(ann.standing.state == .skipped && ann.standing.ahead == 0)
        #expect(ann.standing.lane == .main)
        #expect(try await afterHerLaneIsGone(without: .lanes).standing.lane == nil)
    }

    /// Who asks in the very call that passes them over is here, and comes back at once.
    @Test func whoIsPassedOverInTheirOwnCallIsBackAtOnce() async throws {
        try await RoomBed.with { bed in
            let room = try TestKit.room("call")
            try await bed.set(clockMs: LaneBed.startMs)
            var change = RoomChange()
            change.capacity = .some(1)
            change.opening = .some(Timestamp(milliseconds: LaneBed.startMs + 60_000))
            _ = try await bed.settings.configure(change, of: room)
            let ann = try TestKit.user("ann")
            _ = try await bed.store.enter(ann, ticket: nil, in: room)
            try await bed.set(clockMs: LaneBed.startMs + 61_000)
            let reply = try await bed.store.run(
                bed.scripts[.enter],
                room,
                [.int(10), .int(0), "ann", "", "bob", ""]
            )
            #expect(try reply.places()?.map(\.code) == [.skipped, .admitted])
        }
    }

    /// Each ticket brings its bearer back to where they stood in their lane.
    @Test(arguments: Engine.allCases)
    func lanesSurviveFlushall(_ engine: Engine) async throws {
        try await RoomBed.with(on: engine) { bed in
            let lanes = try await LaneBed(bed, main: 2, [("vip", 3), ("press", 1)])
            var visits: [Visit] = []
            for index in 0..<60 {
                let lane = [nil, "vip", "press"][index % 3]
                let code = try lane.map { LaneBed.code(try lanes.lane($0)) }
                visits.append(try await lanes.entered("u\(index)", code: code))
            }
            let before = try await lanes.line()
            _ = try await bed.redis.send("FLUSHALL")
            try await bed.set(clockMs: LaneBed.startMs + 1_000)
            for visit in visits.shuffled() {
                let side = bed.sides[Int.random(in: 0...1)]
                _ = try await side.store.status(
                    ticket: visit.token,
                    user: visit.user,
                    in: lanes.room
                )
            }
            #expect(try await lanes.line() == before)
            let report = try await bed.settings.lanes(of: lanes.room)
            #expect(report?.lanes?.text == "2 0 main|3 1 vip|1 2 press")
            #expect(report?.waiting == [20, 20, 20, 0])
        }
    }
}
