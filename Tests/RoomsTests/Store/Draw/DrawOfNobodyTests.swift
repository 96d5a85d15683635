import Crypto
import TestGate
import Testing
import Values

@testable import Ledger
@testable import Rooms
@testable import TestLedger
@testable import TestRooms

/// An opening with nobody in line.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct DrawOfNobodyTests {
    private static let late = (0..<30).map { "u\($0)" }

    /// The draw of nobody is a draw, and the last one: whoever comes later keeps the order of
    /// arrival through the loss of Redis and a moved opening.
    @Test(arguments: Engine.allCases)
    func aLineWithoutPeopleIsDrawnOfNobody(_ engine: Engine) async throws {
        try await RoomBed.with(on: engine) { bed in
            let line = try await DrawLine(bed)
            try await line.go(to: line.openingMs)
            try await line.draw()
            let draw = try #require(try await line.books[0].draw(of: line.room))
            #expect(draw.state == .drawn && draw.entrants == 0 && draw.pages == 0)
            #expect(draw.root == Digest(SHA256.hash([])) && draw.revealedSeed != nil)
            #expect(await DrawAudit(bed.sides[0].ledger).audit().finding == .kept)
            try await line.go(to: line.openingMs + 1_000)
            let users = try await line.enter(Self.late)
            for (place, user) in users.enumerated() {
                let visit = try await line.poll(user)
                #expect(visit.show == .exact && visit.standing.ahead == Int64(place))
            }
            try await line.flush(polling: users.reversed())
            try await line.settle()
            try await line.draw()
            #expect(try await line.line() == users)
            try await line.putOff(byMs: 120_000)
            try await line.go(to: line.openingMs + 120_000)
            try await line.draw()
            #expect(try await line.line() == users)
            #expect(try await line.books[1].draw(of: line.room) == draw)
        }
    }

    /// The same before any process has written the draw down.
    @Test(arguments: [nil, ScriptGuard.late])
    func lateComersAreNotShuffled(_ off: ScriptGuard?) async throws {
        let isInOrder = try await RoomBed.with(without: off) { bed in
            let line = try await DrawLine(bed)
            try await line.go(to: line.openingMs)
            let users = try await line.enter(Self.late)
            try await line.putOff(byMs: 60_000)
            try await line.go(to: line.openingMs + 60_000)
            try await line.draw()
            return try await line.line() == users
        }
        #expect(isInOrder == (off == nil))
    }
}

extension DrawLine {
    func putOff(byMs ms: Int64) async throws {
        var change = RoomChange()
        change.opening = .some(Timestamp(milliseconds: openingMs + ms))
        _ = try await bed.settings.configure(change, of: room)
    }
}
