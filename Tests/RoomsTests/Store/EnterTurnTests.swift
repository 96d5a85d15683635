import EventLoop
import Synchronization
import TestGate
import Testing
import Values

@testable import Engines
@testable import Rooms
@testable import TestKit
@testable import TestRooms

/// Enters of one turn of the loop, asked for without a task each.
@Suite(.sideBySide) struct EnterTurnTests {
    private static let visitors = 100

    /// What became of those who entered, and how many jobs the loop ran for it.
    private final class Turn: Sendable {
        private let outcomes = Mutex<[UserID: VisitOutcome]>([:])
        var all: [UserID: VisitOutcome] { outcomes.withLock { $0 } }
        func note(_ user: UserID, _ result: Result<VisitOutcome, StoreError>) {
            outcomes.withLock { $0[user] = try? result.get() }
        }
    }

    private func jobs(
        of side: RoomBed.Side,
        _ begin: @escaping @Sendable (UserID, Turn) -> Void
    ) async throws -> ([UserID: VisitOutcome], jobs: Int) {
        let users = try (0..<Self.visitors).map { try user("u\($0)") }
        let turn = Turn()
        let before = side.loop.statistics.jobs
        await Task(executorPreference: side.loop) {
            for user in users { begin(user, turn) }
        }.value
        try await until("everybody is answered") { turn.all.count == Self.visitors }
        return (turn.all, side.loop.statistics.jobs - before)
    }

    @Test func theyAreOneCallAndNoTaskEach() async throws {
        try await RoomBed.with(realTime: true) { bed in
            let side = bed.sides[0]
            let called = try room("called"), awaited = try room("awaited")
            var change = RoomChange()
            change.capacity = .some(3)
            for name in [called, awaited] {
                _ = try await bed.settings.configure(change, of: name)
            }
            let calls = try await jobs(of: side) { user, turn in
                side.store.enter(user, ticket: nil, in: called) { turn.note(user, $0) }
            }
            let tasks = try await jobs(of: side) { user, turn in
                Task.immediate(executorPreference: side.loop) {
                    let outcome = try? await side.store.enter(user, ticket: nil, in: awaited)
                    if let outcome { turn.note(user, .success(outcome)) }
                }
            }
            #expect(calls.jobs < Self.visitors / 2)
            #expect(tasks.jobs >= Self.visitors)
            for outcomes in [calls.0, tasks.0] {
                let states = outcomes.values.map(Self.state)
                #expect(states.filter { $0 == .admitted }.count == 3)
                #expect(states.filter { $0 == .waiting }.count == Self.visitors - 3)
            }
        }
    }

    private static func state(_ outcome: VisitOutcome) -> TicketState? {
        guard case .visit(let visit) = outcome else { return nil }
        return visit.standing.state
    }
}
