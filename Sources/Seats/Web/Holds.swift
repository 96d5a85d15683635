import Engines
import HTTP
import JSON
import Site
import Values

/// Seats kept for a while.
extension SeatHandlers {
    /// `POST /api/v1/performances/{performance}/holds`
    func hold(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let id = try performance(request)
        let user = try callers.requiredUser(request)
        let seats = try fields(request, ["seats"]) { fields throws(JSONFieldError) in
            try Self.seats(fields)
        }
        let outcome = try await stored { () async throws(StoreError) in
            try await seatStore.hold(seats, of: id, for: user)
        }
        let hold = try Self.hold(outcome)
        counts.count(.held)
        var json = JSONWriter(reservingBytes: 1024)
        json.beginObject()
        json.field("hold", hold.token)
        json.field("performance", hold.performance.raw)
        json.field(seats: hold.seats)
        json.field("amount", hold.amount)
        json.field("expiresAt", utf8: Timestamp(milliseconds: hold.expiresMs).utf8)
        json.endObject()
        return .json(201, json.bytes, headers: CacheControl.noStore)
    }

    /// `DELETE /api/v1/holds/{hold}`
    func release(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let token = request.parameter("hold")
        let user = try callers.requiredUser(request)
        let outcome = try await stored { () async throws(StoreError) in
            try await seatStore.release(token, for: user)
        }
        switch outcome {
        case .released: counts.count(.released)
        case .wasOver: break
        case .isBeingPaid: throw .inProgress("The hold is being paid right now.")
        case .ofAnotherUser: throw Self.anothersHold
        case .unknown: throw Self.unknownHold
        }
        return HTTPResponse(status: 204, headers: CacheControl.noStore)
    }

    /// The numbers of a request for seats, ascending.
    private static func seats(_ fields: JSONObjectReader) throws(JSONFieldError) -> [Int] {
        let given = try fields.integers(
            "seats",
            in: 1...JSONObjectReader.integerMax,
            maxCount: Int(Performance.maxSeatsPerUserRange.upperBound)
        )
        guard let given else { throw .missing("seats") }
        guard !given.isEmpty else {
            throw JSONFieldError(field: "seats", reason: "must name at least one seat")
        }
        let seats = given.map { Int($0) }.sorted()
        for (seat, next) in zip(seats, seats.dropFirst()) where seat == next {
            throw JSONFieldError(field: "seats", reason: "must name seat \(seat) once")
        }
        return seats
    }

    static func hold(_ outcome: HoldOutcome) throws(Refusal) -> Hold {
        switch outcome {
        case .held(let hold): return hold
        case .taken(let seats): throw .seat(.seatsTaken(seats))
        case .overLimit(let limit): throw .seat(.seatLimit(limit))
        case .notAdmitted: throw .seat(.notAdmitted)
        case .soldOut: throw .seat(.soldOut)
        case .unknownSeats(let seats):
            throw .notFound("The performance has no seat \(seatList(seats)).")
        case .unknownPerformance: throw unknownPerformance
        }
    }

    package static let anothersHold = Refusal.forbidden("The hold is another user's.")
    package static let unknownHold = Refusal.notFound("There is no such hold.")
}
