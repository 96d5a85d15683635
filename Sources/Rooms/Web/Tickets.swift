import Engines
import HTTP
import JSON
import Site
import Values

extension RoomHandlers {
    /// `POST /api/v1/rooms/{room}/tickets`
    func enter(_ request: HTTPRequest) throws(Refusal) {
        let room = try room(request)
        let user = try callers.requiredUser(request)
        let presented = try presented(request, of: user, in: room)
        guard let code = try code(request) else {
            return enter(request, user, presented, room)
        }
        nonisolated(unsafe) let request = request
        // A code is looked up in the ledger.
        Task.immediate(executorPreference: loop) { [self] in
            let outcome = await entered(user, presented, code, room)
            unsafe answer(request) { () throws(Refusal) in
                try unsafe response(request, told(outcome), presented)
            }
        }
    }

    private func enter(
        _ request: HTTPRequest,
        _ user: UserID,
        _ presented: PresentedTicket?,
        _ room: RoomID
    ) {
        nonisolated(unsafe) let request = request
        store.enter(user, ticket: presented?.token, in: room) { [self] result in
            unsafe answer(request) { () throws(Refusal) in
                try unsafe response(request, told(result), presented)
            }
        }
    }

    private func entered(
        _ user: UserID,
        _ presented: PresentedTicket?,
        _ code: LaneCode,
        _ room: RoomID
    ) async -> Result<VisitOutcome, StoreError> {
        do throws(StoreError) {
            let token = presented?.token
            let outcome = try await store.enter(user, ticket: token, code: code, in: room)
            return .success(outcome)
        } catch {
            return .failure(error)
        }
    }

    private func response(
        _ request: HTTPRequest,
        _ outcome: VisitOutcome,
        _ presented: PresentedTicket?
    ) throws(Refusal) -> HTTPResponse {
        let visit = try visit(outcome)
        let status = visit.standing.state == .admitted ? 200 : 202
        return visit.response(request, cookies, presented: presented?.token, status: status)
    }

    /// `GET /api/v1/rooms/{room}/tickets/me`
    func ticket(_ request: HTTPRequest) throws(Refusal) {
        let room = try room(request)
        let (presented, user) = try bearer(request, in: room)
        nonisolated(unsafe) let request = request
        store.status(ticket: presented.token, user: user, in: room) { [self] outcome in
            unsafe answer(request) { () throws(Refusal) in
                let visit = try visit(try told(outcome))
                return unsafe visit.response(request, cookies, presented: presented.token)
            }
        }
    }

    /// `GET /api/v1/rooms/{room}/tickets/me/events`
    func ticketEvents(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let room = try room(request)
        let (presented, user) = try bearer(request, in: room)
        let outcome = try await stored { () async throws(StoreError) in
            try await store.status(ticket: presented.token, user: user, in: room)
        }
        let client = limits.streamClient(request)
        return .events(try await live.open(try visit(outcome), for: client))
    }

    /// `DELETE /api/v1/rooms/{room}/tickets/me`
    func leave(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let room = try room(request)
        let (presented, user) = try bearer(request, in: room)
        let outcome = try await stored { () async throws(StoreError) in
            try await store.leave(ticket: presented.token, user: user, in: room)
        }
        switch outcome {
        case .ended, .wasNotThere:
            return HTTPResponse(
                status: 204,
                headers: CacheControl.noStore + [TicketCookie.removal(room, cookies, request)]
            )
        case .ticketInvalid: throw Self.ticketInvalid
        case .unknownRoom: throw Self.unknownRoom
        }
    }

    /// The code of a body; a body is not needed.
    private func code(_ request: HTTPRequest) throws(Refusal) -> LaneCode? {
        guard !request.body.isEmpty else { return nil }
        let text = try fields(request, ["code"]) { fields throws(JSONFieldError) in
            try fields.string("code", maxBytes: LaneCode.typedMax)
        }
        guard let text else { return nil }
        guard let code = LaneCode(text) else { throw .lane(.codeInvalid) }
        return code
    }

    /// The ticket that a request cannot do without, and who must be its owner.
    func bearer(_ request: HTTPRequest, in room: RoomID)
        throws(Refusal) -> (PresentedTicket, UserID?)
    {
        let user = try callers.user(request)
        guard let ticket = try presented(request, of: user, in: room) else {
            throw .room(.ticketInvalid("Send the ticket in the header Onsale-Ticket."))
        }
        return (ticket, user)
    }

    func visit(_ outcome: VisitOutcome) throws(Refusal) -> Visit {
        switch outcome {
        case .visit(let visit): return visit
        case .closed: throw .room(.closed)
        case .soldOut: throw .room(.soldOut)
        case .soldOutInLine: throw .room(.soldOutInLine)
        case .full: throw .room(.full)
        case .ticketInvalid: throw Self.ticketInvalid
        case .codeInvalid: throw .lane(.codeInvalid)
        case .codeUsedUp: throw .lane(.codeUsedUp)
        case .unknownRoom: throw Self.unknownRoom
        }
    }

    package static let ticketInvalid = Refusal.room(
        .ticketInvalid("The ticket is not one of this visitor's for this room.")
    )
    static let unknownRoom = Refusal.notFound("There is no such room.")
}
