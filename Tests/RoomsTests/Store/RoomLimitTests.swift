import TestGate
import Testing
import Values

@testable import Engines
@testable import Rooms
@testable import TestKit
@testable import TestLedger
@testable import TestRooms

/// A server keeps so many rooms.
@Suite(.sideBySide) struct RoomLimitTests {
    /// Twenty are made at once where four have a place: those that are refused leave nothing behind
    /// that would take a good room's place at the next start.
    @Test(arguments: Engine.allCases)
    func aRoomThatIsRefusedIsNotWritten(_ engine: Engine) async throws {
        try await RoomBed.with(sides: 1, on: engine, roomsMax: 4) { bed in
            try await bed.set(clockMs: 1_790_000_000_000)
            let settings = bed.settings
            let made = try await withThrowingTaskGroup(of: RoomID?.self) { group in
                for index in 0..<20 {
                    let room = try room("room-\(index)")
                    group.addTask {
                        do throws(StoreError) {
                            _ = try await settings.configure(RoomChange(), of: room)
                            return room
                        } catch {
                            guard case .full = error else { throw error }
                            return nil
                        }
                    }
                }
                return try await group.reduce(into: Set<RoomID>()) { made, room in
                    if let room { made.insert(room) }
                }
            }
            #expect(made.count == 4)
            let written = try await RoomLedger(bed.sides[0].ledger).rooms(after: "")
            #expect(Set(written.map(\.room)) == made)
            // A room that is there can be changed.
            let kept = try #require(made.first)
            _ = try await settings.configure(RoomChange(), of: kept)
        }
    }
}
