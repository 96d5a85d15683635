import TestGate
import Testing
import Values

@testable import Rooms
@testable import TestRooms

/// Sessions of a generation that is over, learned after the next one was opened.
@Suite(.sideBySide) struct RoomLateTests {
    /// One call of them: an end that Redis does not know stands before a session that runs.
    @Test func anEndAndASessionAreRestoredTogether() async throws {
        try await RoomBed.with { bed in
            let line = try await RecoveryLine(bed, RoomRecoveryTests.settings(capacity: 5))
            try await line.tick()
            let report = try await line.report()
            let sequence = (line.nowMs - 1_000) * 1_000
            let sessions = [
                LoggedSession(
                    user: "gone",
                    sequence: sequence,
                    admittedAtMs: line.nowMs - 900,
                    endsAtMs: line.nowMs + 60_000,
                    ended: (line.nowMs - 500, .done)
                ),
                LoggedSession(
                    user: "inside",
                    sequence: sequence + 1,
                    admittedAtMs: line.nowMs - 900,
                    endsAtMs: line.nowMs + 60_000
                ),
            ]
            let keeper = bed.sides[0].keeper
            try await keeper.calls.restoreLate(sessions, of: line.room, into: report.generation)
            #expect(try await line.report().inside == 1)
        }
    }
}
