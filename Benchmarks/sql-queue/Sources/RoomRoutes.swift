import HTTP
import JSON
import SQL
import Values

/// The room: enter, ask, leave.
extension Routes {
    func putRoom(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let room = request.parameter("room")
        let (capacity, seconds) = try fields(request, ["capacity", "sessionSeconds"]) {
            fields throws(JSONFieldError) in
            let capacity = try fields.integer("capacity", in: 0...1_000_000)
            let seconds = try fields.integer("sessionSeconds", in: 1...86_400)
            guard let capacity else { throw .missing("capacity") }
            return (capacity, seconds ?? 600)
        }
        let statement: SQL = """
            insert into rooms (room, capacity, session_ms)
            values (\(room), \(capacity), \(seconds * 1_000))
            on conflict (room) do update
            set capacity = excluded.capacity, session_ms = excluded.session_ms
            """
        _ = try await transaction([statement])
        var json = JSONWriter()
        json.beginObject()
        json.field("room", room)
        json.field("capacity", capacity)
        json.field("sessionSeconds", seconds)
        json.endObject()
        return .json(200, json.bytes)
    }

    func enter(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let (room, user) = (request.parameter("room"), try user(request))
        let results = try await transaction(Tokens.enter(user, into: room, atMs: nowMs))
        return try ticket(results[1].rows, in: room, waitingStatus: 202)
    }

    func status(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let (room, user) = (request.parameter("room"), try user(request))
        return try ticket(
            try await rows(Tokens.standing(of: user, in: room)),
            in: room,
            waitingStatus: 200
        )
    }

    func leave(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        _ = try await transaction([
            Tokens.finish(try user(request), in: request.parameter("room"))
        ])
        return HTTPResponse(status: 204)
    }

    func done(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let (room, user) = (request.parameter("room"), request.parameter("user"))
        _ = try await transaction([Tokens.finish(user, in: room)])
        return HTTPResponse(status: 204)
    }

    /// The ticket document of a row of `Tokens.standing`.
    private func ticket(
        _ rows: [SQLRow],
        in room: String,
        waitingStatus: Int
    ) throws(Refusal) -> HTTPResponse {
        guard let row = rows.first else {
            throw .notFound("There is no such room, or no ticket of this user in it.")
        }
        let (token, position, expiresMs) = try reading { () throws(SQLError) in
            (try row.integer(0), try row.optionalInteger(3), try row.optionalInteger(2))
        }
        var json = JSONWriter()
        json.beginObject()
        json.field("ticket", String(token))
        json.field("room", room)
        json.field("state", position == nil ? "admitted" : "waiting")
        json.field("position", position)
        json.field("ahead", position.map { $0 - 1 })
        json.null("estimatedWaitSeconds")
        json.field("pollAfterMs", position.map { _ in pollAfterMs })
        json.field("sessionExpiresAt", utf8: expiresMs.map { Timestamp(milliseconds: $0).utf8 })
        json.null("pass")
        json.endObject()
        return .json(position == nil ? 200 : waitingStatus, json.bytes)
    }
}
