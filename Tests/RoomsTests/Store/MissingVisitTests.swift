import Redis
import TestGate
import Testing
import Values

@testable import Rooms
@testable import TestKit
@testable import TestRooms

/// Visitors whose tickets prove that Redis has forgotten them.
@Suite(.sideBySide) struct MissingVisitTests {
    /// Redis falls back by visits that no process has seen but the visitors themselves: a disk that
    /// was late when it was killed, say. Somebody new has come since.
    @Test(arguments: [nil, ScriptGuard.missing], [true, false])
    func visitsThatOnlyTicketsRememberAreBroughtBack(
        without missing: ScriptGuard?,
        entering: Bool
    ) async throws {
        try await RoomBed.with(without: missing) { bed in
            let line = try await RecoveryLine(bed, RoomRecoveryTests.settings(capacity: 0))
            try await line.enter(5)
            try await line.tick()
            let generation = try await line.report().generation
            let snapshot = try await line.snapshot()
            try await line.enter(10)
            try await line.restore(snapshot)
            line.nowMs += 1
            try await bed.set(clockMs: line.nowMs)
            _ = try await bed.store.enter(user("newcomer"), ticket: nil, in: line.room)
            for user in line.entered.reversed() {
                let token = line.visits[user]?.token ?? ""
                let store = bed.sides[1].store
                let outcome =
                    entering
                    ? try await store.enter(user, ticket: token, in: line.room)
                    : try await store.status(ticket: token, user: user, in: line.room)
                guard case .visit(let visit) = outcome else {
                    Issue.record("\(user): \(outcome)")
                    continue
                }
                if missing == nil { #expect(visit.standing.state == .waiting, "\(user)") }
            }
            let newcomer = try user("newcomer")
            if missing == nil {
                #expect(try await line.line() == line.entered + [newcomer])
                #expect(try await line.report().generation > generation)
            } else {
                #expect(try await line.line() != line.entered + [newcomer])
            }
        }
    }
}
