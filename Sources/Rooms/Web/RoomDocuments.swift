import Engines
import HTTP
import JSON
import Site
import Values

extension RoomHandlers {
    /// `GET /api/v1/rooms/{room}`: the same for everybody, so that caches may keep it for a second.
    func roomDocument(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let room = try room(request)
        let report = try await stored { () async throws(StoreError) in
            try await settings.document(room)
        }
        guard let report else { throw Self.unknownRoom }
        var json = JSONWriter()
        json.beginObject()
        json.field("room", room.raw)
        json.field("state", report.state.rawValue)
        json.field("waiting", report.waiting)
        json.field("inside", report.inside)
        json.field("capacity", report.settings.capacity)
        json.field("rate", report.settings.rate)
        json.field("admittedLast60s", report.admittedLast60s)
        json.field("asOf", utf8: Timestamp(milliseconds: report.atMs).utf8)
        json.field("opening", utf8: report.settings.opening?.utf8)
        json.field("order", report.settings.order.rawValue)
        json.endObject()
        return .json(200, json.bytes, headers: [HTTPHeader("Cache-Control", "public, max-age=1")])
    }

    /// `GET /admin/v1/rooms/{room}`
    func adminRoom(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try callers.requireOperator(request)
        let room = try room(request)
        let report = try await stored { () async throws(StoreError) in
            try await settings.report(room)
        }
        guard let report else { throw Self.unknownRoom }
        return OperatorDocument(Self.json(room, report), said: KnownRoom(report).tag)
            .answer(request)
    }

    /// `PUT /admin/v1/rooms/{room}`
    func putRoom(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try callers.requireOperator(request)
        let room = try room(request)
        let change: RoomChange
        do {
            change = try RoomChange(
                JSONObjectReader(try body(request), allowed: RoomChange.fieldNames)
            )
        } catch let error as JSONFieldError {
            throw Refusal(error)
        } catch let error as Refusal {
            throw error
        } catch {
            throw .broken("\(error)")
        }
        let precondition = precondition(request) { (now: KnownRoom) in now.tag }
        let report = try await stored { () async throws(StoreError) in
            try await settings.configure(change, of: room, if: precondition ?? { _ in true })
        }
        guard let report else { throw .preconditionFailed }
        return KnownRoom(report).document(room).changed
    }

    /// `POST /admin/v1/rooms/{room}/pause` and its like: a handler that moves the door to `state`.
    func setting(_ state: RoomState)
        -> @Sendable (HTTPRequest) async throws(Refusal) -> HTTPResponse
    {
        { request throws(Refusal) in
            try self.callers.requireOperator(request)
            let room = try self.room(request)
            let report = try await self.stored { () async throws(StoreError) in
                try await self.settings.set(state, of: room)
            }
            guard let report else { throw Self.unknownRoom }
            return .json(200, Self.json(room, report), headers: CacheControl.noStore)
        }
    }

    /// `POST /admin/v1/rooms/{room}/sessions/{user}/done`
    func sessionDone(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try callers.requireOperator(request)
        let room = try room(request)
        guard let user = UserID(request.parameter("user")) else {
            throw .invalidRequest(field: "user", reason: "must be \(userRule)")
        }
        let outcome = try await stored { () async throws(StoreError) in
            try await store.finish(user, in: room)
        }
        switch outcome {
        case .ended: return HTTPResponse(status: 204, headers: CacheControl.noStore)
        case .wasNotThere: throw .notFound("\(user) is not inside this room.")
        case .unknownRoom, .ticketInvalid: throw Self.unknownRoom
        }
    }

    private static func json(_ room: RoomID, _ report: RoomReport) -> [UInt8] {
        var json = JSONWriter(reservingBytes: 512)
        json.beginObject()
        json.field("room", room.raw)
        json.field("state", report.state.rawValue)
        json.fields(report.settings)
        json.field("waiting", report.waiting)
        json.field("inside", report.inside)
        json.field("skipped", report.skipped)
        json.field("admittedTotal", report.admittedTotal)
        json.field("doneTotal", report.doneTotal)
        json.field("leftTotal", report.leftTotal)
        json.field("expiredTotal", report.expiredTotal)
        json.field("admittedLast60s", report.admittedLast60s)
        json.field("averageWaitSeconds", report.averageWaitSeconds)
        json.endObject()
        return json.bytes
    }
}

extension KnownRoom {
    /// What the operator has said of it.
    fileprivate func document(_ room: RoomID) -> OperatorDocument {
        var json = JSONWriter()
        json.beginObject()
        json.field("room", room.raw)
        json.field("state", state.rawValue)
        json.fields(settings)
        json.endObject()
        return OperatorDocument(json.bytes, said: tag)
    }

    /// The state is part of it as far as an operator has changed it, which counts as a revision.
    /// What the stock makes of it in Redis is not.
    fileprivate var tag: String {
        var said = JSONWriter()
        said.beginObject()
        said.fields(settings)
        said.endObject()
        return EntityTag.of(said.bytes, revision: revision)
    }
}
