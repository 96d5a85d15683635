import Engines
import EventLoop
import HTTP
import Site
import Values

/// The pages for people: forms and refreshes, complete without a script.
extension RoomHandlers {
    /// `GET /rooms/{room}`
    func roomPage(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        guard let room = RoomID(request.parameter("room")) else { throw Self.unknownRoom }
        do throws(Refusal) {
            let user = try callers.user(request)
            guard let presented = try presented(request, of: user, in: room),
                let visit = try await standing(presented, of: user, in: room)
            else { return try await strangerPage(request, room) }
            let codes = Self.codes(visit)
            var response = HTTPResponse.page(
                200,
                page(request, room, view(visit), codes, visit.shownReason).render()
            )
            if visit.token != presented.token {
                response.headers.append(
                    TicketCookie.header(visit.token, in: room, cookies, request)
                )
            }
            return response
        } catch {
            return try refusalPage(error, request, room)
        }
    }

    /// `POST /rooms/{room}/join`: the button of the page, and the field for a code.
    func join(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let room = try roomOfForm(request)
        let typed = FormBody(request.body)?["code"]
        let caller = try pageVisitor(request)
        let user = caller?.newToken == nil ? caller?.user : nil
        var visitor: Visit?
        // Whatever is wrong with what they brought: to enter tells.
        if let presented = try presented(request, of: user, in: room),
            let visit = try? await standing(presented, of: user, in: room)  // See above.
        {
            switch visit.standing.state {
            case .admitted: return back(request, room)
            case .waiting, .skipped:
                if typed == nil { return back(request, room) }
                visitor = visit
            case .done, .left, .expired: break
            }
        }
        let code = typed.flatMap(LaneCode.init)
        if typed != nil, code == nil {
            return try await codePage(.invalid, request, room, visitor)
        }
        do throws(Refusal) {
            guard let user = visitor?.user ?? caller?.user else {
                throw .unauthenticated("Enter from the shop's own page, which knows who you are.")
            }
            let outcome = try await stored { () async throws(StoreError) in
                try await store.enter(user, ticket: visitor?.token, code: code, in: room)
            }
            if outcome == .codeInvalid {
                return try await codePage(.invalid, request, room, visitor)
            }
            if outcome == .codeUsedUp {
                return try await codePage(.usedUp, request, room, visitor)
            }
            var response = back(request, room)
            let token = try visit(outcome).token
            response.headers.append(TicketCookie.header(token, in: room, cookies, request))
            if visitor == nil { response.headers += newCookie(caller, request) }
            return response
        } catch {
            return try refusalPage(error, request, room)
        }
    }

    /// `POST /rooms/{room}/leave`: the other button.
    func leavePage(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let room = try roomOfForm(request)
        let user = try callers.user(request)
        if let presented = try presented(request, of: user, in: room) {
            _ = try await stored { () async throws(StoreError) in
                try await store.leave(ticket: presented.token, user: user, in: room)
            }
        }
        // The ticket stays in the cookie: the page says that the visitor has left.
        return back(request, room)
    }

    // MARK: Parts

    /// The standing of a cookie's bearer; nil when the ticket is of another room or garbled.
    private func standing(_ presented: PresentedTicket, of user: UserID?, in room: RoomID)
        async throws(Refusal) -> Visit?
    {
        let outcome = try await stored { () async throws(StoreError) in
            try await store.status(ticket: presented.token, user: user, in: room)
        }
        return outcome == .ticketInvalid ? nil : try visit(outcome)
    }

    private func strangerPage(
        _ request: HTTPRequest,
        _ room: RoomID,
        _ fault: RoomPage.CodeFault? = nil
    ) async throws(Refusal) -> HTTPResponse {
        let report = try await stored { () async throws(StoreError) in
            try await settings.document(room)
        }
        guard let report else { throw Self.unknownRoom }
        let view: RoomPage.View
        switch report.state {
        case .closed, .draining: view = .closed
        case .soldOut: view = .soldOut
        case .open, .paused:
            let opening = report.settings.opening.flatMap {
                $0.milliseconds > report.atMs ? $0.description : nil
            }
            view = .notInLine(waiting: Int(report.inLine), opening: opening)
        }
        let codes: RoomPage.Codes =
            if report.settings.lanes == nil { .none } else {
                fault.map { .refused($0) } ?? .taken(lane: nil)
            }
        let status = fault.map(Self.status) ?? 200
        return .page(status, page(request, room, view, codes).render())
    }

    /// The page that the visitor came from, which says what is wrong with their code.
    private func codePage(
        _ fault: RoomPage.CodeFault,
        _ request: HTTPRequest,
        _ room: RoomID,
        _ visitor: Visit?
    ) async throws(Refusal) -> HTTPResponse {
        guard let visitor else { return try await strangerPage(request, room, fault) }
        let page = page(request, room, view(visitor), .refused(fault), visitor.shownReason)
        return .page(Self.status(fault), page.render())
    }

    private static func status(_ fault: RoomPage.CodeFault) -> Int {
        switch fault {
        case .invalid: LaneRefusal.codeInvalid.problem.status
        case .usedUp: LaneRefusal.codeUsedUp.problem.status
        }
    }

    private static func codes(_ visit: Visit) -> RoomPage.Codes {
        guard let lane = visit.standing.lane else { return .none }
        return .taken(lane: lane == .main ? nil : lane.raw)
    }

    private func refusalPage(_ refusal: Refusal, _ request: HTTPRequest, _ room: RoomID)
        throws(Refusal) -> HTTPResponse
    {
        let view: RoomPage.View
        switch refusal {
        case .capability(RoomRefusal.closed): view = .closed
        case .capability(RoomRefusal.soldOut): view = .soldOut
        case .capability(RoomRefusal.soldOutInLine):
            view = .soldOutInLine(refreshSeconds: HTTPHeader.soldOutSeconds)
        case .capability(RoomRefusal.full): view = .full
        case .storeUnavailable, .busy: view = .unavailable(retryAfterSeconds: 2)
        default: throw refusal
        }
        return .page(refusal.response.status, page(request, room, view).render())
    }

    private func view(_ visit: Visit) -> RoomPage.View {
        let standing = visit.standing
        switch standing.state {
        case .waiting, .skipped:
            let position = standing.ahead.flatMap { visit.show.position(ahead: $0) }.map(Int.init)
            let refreshSeconds = Int((standing.pollAfterMs ?? 5_000) + 999) / 1000
            if standing.state == .waiting, let opening = visit.opening,
                opening.milliseconds > loop.clock.wallMs()
            {
                return .notOpenYet(
                    opening: opening.description,
                    isDraw: visit.order == .draw,
                    position: position,
                    refreshSeconds: refreshSeconds
                )
            }
            return .waiting(
                position: position,
                ahead: position.map { $0 - 1 },
                estimate: visit.show == .hidden ? nil : standing.estimate,
                refreshSeconds: refreshSeconds,
                returned: standing.state == .skipped
            )
        case .admitted:
            let end = Timestamp(milliseconds: standing.sessionExpiresMs ?? 0)
            return .admitted(sessionExpiresAt: end.description)
        case .done: return .ended(.done)
        case .left: return .ended(.left)
        case .expired: return .ended(.expired)
        }
    }

    private func page(
        _ request: HTTPRequest,
        _ room: RoomID,
        _ view: RoomPage.View,
        _ codes: RoomPage.Codes = .none,
        _ reason: EstimateReason? = nil
    ) -> RoomPage {
        RoomPage(
            room: room.raw,
            language: language(request),
            view: view,
            continuePath: ContinuePath(request),
            codes: codes,
            reason: reason
        )
    }

    private func roomOfForm(_ request: HTTPRequest) throws(Refusal) -> RoomID {
        guard let room = RoomID(request.parameter("room")) else { throw Self.unknownRoom }
        return room
    }

    private func back(_ request: HTTPRequest, _ room: RoomID) -> HTTPResponse {
        let query = ContinuePath(request)?.query ?? ""
        let location = HTTPHeader("Location", "/rooms/\(room.raw)\(query)")
        return HTTPResponse(status: 303, headers: CacheControl.noStore + [location])
    }
}
