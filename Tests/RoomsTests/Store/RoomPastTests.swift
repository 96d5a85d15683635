import TestGate
import Testing
import Values

@testable import Engines
@testable import Rooms
@testable import TestLedger
@testable import TestRooms

/// Redis and all processes come back together, and Redis has a past of the room: nobody is there
/// who remembers more than it does.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct RoomPastTests {
    /// Who looks first, before any keeper has.
    enum First: CaseIterable, Sendable { case status, admission, done, report }

    /// Three are inside; then one has finished, which the past of Redis does not know.
    @Test(arguments: Engine.allCases, First.allCases)
    func nobodyIsToldOfThePast(_ engine: Engine, _ first: First) async throws {
        try await RoomBed.with(on: engine) { bed in
            let line = try await RecoveryLine(bed, RoomRecoveryTests.settings(capacity: 3))
            try await line.enter(4)
            try await line.tick()
            let snapshot = try await line.snapshot()
            let ann = line.entered[0], eve = line.entered[3]
            _ = try await bed.store.finish(ann, in: line.room)
            try await line.tick()
            try await line.poll([eve])
            try #require(line.visits[eve]?.standing.state == .admitted)
            try await line.restore(snapshot)
            try await bed.restart()
            try await bed.set(clockMs: line.nowMs)
            switch first {
            case .status:
                try await line.poll([ann])
                #expect(line.visits[ann]?.standing.state == .done)
            case .admission:
                let token = try #require(line.visits[ann]?.token)
                #expect(try await !bed.store.isInside(ticket: token, in: line.room))
            case .done: #expect(try await bed.store.finish(eve, in: line.room) == .ended)
            case .report:
                let report = try await line.report()
                #expect(report.inside == 3 && report.generation == 2)
            }
        }
    }

    /// How long nobody is admitted after a visitor whom the past does not know has come back.
    private func restMs(processesDie: Bool) async throws -> Int64 {
        try await RoomBed.with { bed in
            let line = try await RecoveryLine(bed, RoomRecoveryTests.settings(capacity: 0))
            try await line.enter(3)
            try await line.tick()
            let snapshot = try await line.snapshot()
            try await line.enter(5)
            try await line.tick()
            try await line.restore(snapshot)
            if processesDie { try await bed.restart() }
            try await bed.set(clockMs: line.nowMs)
            // The old room is looked at, as after every start.
            try await line.tick()
            try await line.poll(line.entered.suffix(1))
            try #require(try await line.report().generation > 1)
            return try await line.settledAtMs() - line.nowMs
        }
    }

    @Test func aLineThatNobodyRemembersMayBeTheLongest() async throws {
        #expect(try await restMs(processesDie: true) == 66_000)
        let remembered = try await restMs(processesDie: false)
        #expect(remembered >= 2_200 && remembered < 3_000)
    }
}
