import HTTP
import JSON
import SQL
import Values

/// The seats: look and hold.
extension Routes {
    private static let seatsMax: Int64 = 200_000
    /// Seats of one hold.
    private static let seatsOfHoldMax = 10

    func putPerformance(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let performance = request.parameter("performance")
        let statements = try fields(request, ["room", "price", "holdSeconds", "seats"]) {
            fields throws(JSONFieldError) in
            guard let room = try fields.string("room", maxBytes: 128) else {
                throw .missing("room")
            }
            let seconds = try fields.integer("holdSeconds", in: 1...86_400) ?? 300
            return Seats.put(
                performance,
                room: room,
                price: try fields.integer("price", in: 0...JSONObjectReader.integerMax) ?? 0,
                holdMs: seconds * 1_000,
                count: try fields.integer("seats", in: 1...Self.seatsMax) ?? 1
            )
        }
        _ = try await transaction(statements)
        return .json(200, Array("{}".utf8))
    }

    func seats(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let performance = request.parameter("performance")
        let rows = try await rows(Seats.map(of: performance, atMs: nowMs))
        guard !rows.isEmpty else { throw .notFound("There is no such performance.") }
        var json = JSONWriter(reservingBytes: 64 + 48 * rows.count)
        json.beginObject()
        json.field("performance", performance)
        json.beginArray("seats")
        try reading { () throws(SQLError) in
            for row in rows {
                json.beginObject()
                json.field("number", try row.integer(0))
                json.field("state", try row.integer(1) == 1 ? "held" : "free")
                json.field("price", try row.integer(2))
                json.endObject()
            }
        }
        json.endArray()
        json.endObject()
        return .json(200, json.bytes)
    }

    func hold(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let user = try user(request)
        let numbers = try fields(request, ["seats"]) { fields throws(JSONFieldError) in
            let range = 1...JSONObjectReader.integerMax
            let seats = try fields.integers("seats", in: range, maxCount: Self.seatsOfHoldMax)
            guard let seats, !seats.isEmpty else { throw .missing("seats") }
            return Set(seats).sorted()
        }
        let attempt = Seats.Attempt(
            hold: Self.newHold(),
            performance: request.parameter("performance"),
            seats: numbers,
            user: user,
            atMs: nowMs
        )
        let results = try await transaction(Seats.hold(attempt))
        return try held(attempt, results)
    }

    private func held(_ attempt: Seats.Attempt, _ results: [SQLResult])
        throws(Refusal) -> HTTPResponse
    {
        guard let terms = results[0].rows.first else {
            throw .notFound("There is no such performance.")
        }
        let (price, isInside, holdMs) = try reading { () throws(SQLError) in
            (try terms.integer(0), try terms.integer(1) == 1, try terms.integer(2))
        }
        guard isInside else { throw .notAdmitted }
        guard results[1].rows.count == attempt.seats.count else {
            throw .notFound("The performance does not have all of these seats.")
        }
        let taken = try reading { () throws(SQLError) in
            var taken: [Int64] = []
            for row in results[1].rows where try row.integer(1) == 1 {
                taken.append(try row.integer(0))
            }
            return taken
        }
        guard taken.isEmpty else { throw .seatsTaken(taken) }
        var json = JSONWriter()
        json.beginObject()
        json.field("hold", attempt.hold)
        json.field("performance", attempt.performance)
        json.beginArray("seats")
        for seat in attempt.seats { json.element(seat) }
        json.endArray()
        json.field("amount", price * Int64(attempt.seats.count))
        json.field("expiresAt", utf8: Timestamp(milliseconds: attempt.atMs + holdMs).utf8)
        json.endObject()
        return .json(201, json.bytes)
    }

    /// 128 bits that nobody guesses.
    private static func newHold() -> String {
        var random = SystemRandomNumberGenerator()
        return String(random.next(), radix: 36) + String(random.next(), radix: 36)
    }
}
