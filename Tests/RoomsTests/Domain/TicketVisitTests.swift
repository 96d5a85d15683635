import Testing
import Values

@testable import Rooms

/// Which tickets are of a visit that was over when another began.
struct TicketVisitTests {
    private let arrival = LineSequence.clockStart + 1_000

    private func isBefore(_ sequence: Int64, _ later: Int64, generation: Int64 = 1) throws -> Bool {
        let ticket = Ticket(
            room: try #require(RoomID("r")),
            user: try #require(UserID("ann")),
            generation: generation,
            sequence: sequence,
            sessionExpiresMs: nil
        )
        return ticket.isBefore(visitOf: later)
    }

    @Test func aLaterArrivalIsAnotherVisit() throws {
        #expect(try isBefore(arrival, arrival + 1))
        #expect(try !isBefore(arrival, arrival))
        #expect(try !isBefore(arrival + 1, arrival))
    }

    @Test func aLaneIsNoOtherVisit() throws {
        for lane in 1..<Int64(LineSequence.lanesMax) {
            let base = lane * LineSequence.laneSpan
            #expect(try !isBefore(arrival, base + arrival))
            #expect(try !isBefore(base + arrival, arrival))
            #expect(try isBefore(base + arrival, arrival + 1))
        }
    }

    @Test func aDrawIsNoOtherVisit() throws {
        #expect(try !isBefore(arrival, 7))
        // Whoever was drawn and came again.
        #expect(try isBefore(7, arrival))
    }

    /// How a visit ended is told without a sequence; a session let in without Redis has the clock
    /// of the process.
    @Test func nothingIsSaidWhereNothingIsKnown() throws {
        #expect(try !isBefore(arrival, 0))
        #expect(try !isBefore(arrival, arrival + 1, generation: 0))
    }
}
