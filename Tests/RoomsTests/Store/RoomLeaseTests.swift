import SQL
import TestGate
import Testing
import Values

@testable import Rooms
@testable import TestKit
@testable import TestLedger
@testable import TestRooms

/// Leases are renewed while everything else goes on.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct RoomLeaseTests {
    private static let startMs: Int64 = 1_790_000_000_000
    /// So many rooms more move the keeper's table several times.
    private static let newcomers = 200

    /// The server died of this 150 s after its start, when leases of two rooms were due: the place
    /// that a lease is written to was found before the ledger was asked, and a room that was added
    /// before it answered had moved the table.
    @Test(arguments: Engine.allCases)
    func roomsMayBeAddedWhileLeasesAreRenewed(_ engine: Engine) async throws {
        try await RoomBed.with(sides: 1, on: engine) { bed in
            let keeper = bed.sides[0].keeper
            try await bed.set(clockMs: Self.startMs)
            let rooms = try (0..<4).map { try room("show-\($0)") }
            for room in rooms {
                let settings = RoomRecoveryTests.settings(capacity: 0)
                _ = try await bed.settings.configure(settings, of: room)
                // Rooms where nobody waits are leased nothing.
                _ = try await bed.store.enter(try user("ann"), ticket: nil, in: room)
                _ = try await keeper.tick(room)
                try await keeper.upkeep(room)
            }
            // Half of the leases' five minutes is over.
            try await bed.set(clockMs: Self.startMs + 200_000)
            for room in rooms { _ = try await keeper.tick(room) }
            bed.sides[0].ledger.beforeCommit = { entry in
                guard entry[0].text.hasPrefix("update rooms set sequence_lease") else { return }
                for number in 0..<Self.newcomers {
                    guard let room = RoomID("new-\(number)") else { continue }
                    // Nobody knows the room: it is looked for and kept all the same.
                    _ = try? await keeper.tick(room)
                }
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for room in rooms { group.addTask { try await keeper.upkeep(room) } }
                try await group.waitForAll()
            }
            let kept = await keeper.kept
            #expect(kept.count == rooms.count + Self.newcomers)
            let ledger = RoomLedger(bed.sides[0].ledger)
            for room in rooms {
                let leased = try #require(try await ledger.room(room)).lease
                #expect(leased > (Self.startMs + 400_000) * 1_000)
                #expect(kept[room]?.lease == leased, "the lease of \(room) arrived nowhere")
            }
        }
    }
}
