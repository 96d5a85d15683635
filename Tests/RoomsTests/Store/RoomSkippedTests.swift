import TestGate
import Testing
import Values

@testable import Rooms
@testable import TestKit
@testable import TestRooms

/// `skipped` means one thing: absent at their turn, and not let in since.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct RoomSkippedTests {
    private typealias Counts = [Int64]

    /// In line, inside, skipped; by the script's report and by the keeper's.
    private func counts(_ bed: RoomBed) async throws -> Counts {
        let room = try room("line")
        _ = try await bed.sides[0].keeper.tick(room)
        let report = try #require(try await bed.settings.report(room))
        let seen = try #require(await bed.sides[0].keeper.kept[room]?.seen)
        #expect(seen.waiting - seen.returned == report.waiting)
        #expect(seen.skipped + seen.returned == report.skipped)
        return [report.waiting, report.inside, report.skipped]
    }

    @Test func theReportSaysWhatTicketsSay() async throws {
        try await RoomBed.with(sides: 1) { bed in
            let room = try room("line")
            let line = try await LineCopyTests.line(bed, 3)
            #expect(try await counts(bed) == [3, 0, 0])
            // The first two are silent; a place is there.
            var nowMs = LineCopyTests.nowMs
            for _ in 0..<20 {
                nowMs += 990
                try await bed.set(clockMs: nowMs)
                _ = try await LineCopyTests.standing(bed.store, line[2])
            }
            var change = RoomChange()
            change.capacity = .some(1)
            _ = try await bed.settings.configure(change, of: room)
            #expect(try await counts(bed) == [0, 1, 2])
            for index in 0...1 {
                let back = try await LineCopyTests.standing(bed.store, line[index])
                #expect(back?.state == .skipped)
                #expect(try await counts(bed) == [0, 1, 2])
            }
            // One is let in, one leaves: neither is skipped any more.
            change.capacity = .some(2)
            _ = try await bed.settings.configure(change, of: room)
            #expect(try await counts(bed) == [0, 2, 1])
            let (user, token) = line[1]
            _ = try await bed.store.leave(ticket: token, user: user, in: room)
            #expect(try await counts(bed) == [0, 2, 0])
        }
    }
}
