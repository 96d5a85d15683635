import HTTP
import Onsale
import Store

/// The pages for people: forms and refreshes, complete without a script.
extension Web {
    /// `GET /`: what there is.
    func indexPage(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let rooms = await site.rooms().map { room, report in
            IndexPage.Room(
                name: room.raw,
                state: report.state,
                waiting: Int(report.waiting),
                inside: Int(report.inside)
            )
        }
        let page = IndexPage(
            rooms: rooms,
            offers: await offers(),
            shop: await shop(),
            language: language(request),
            isDemo: site.isDemo
        )
        return Self.page(200, page.render())
    }

    /// Nil while the ledger cannot be read.
    private func offers() async -> [IndexPage.Offer]? {
        var offers: [IndexPage.Offer] = []
        do throws(StoreError) {
            for concert in try await sales.concerts().prefix(IndexPage.concertsMax) {
                for listing in try await sales.performances(of: concert.id) ?? [] {
                    offers.append(IndexPage.Offer(title: concert.title, listing: listing))
                }
            }
        } catch {
            return nil
        }
        return offers
    }

    /// Empty while the ledger cannot be read.
    private func shop() async -> IndexPage.Shop {
        do throws(StoreError) {
            return IndexPage.Shop(
                products: try await sales.products().count,
                coupons: try await coupons.openCoupons(max: IndexPage.couponsMax)
            )
        } catch {
            return IndexPage.Shop()
        }
    }

    /// `GET /rooms/{room}`
    func roomPage(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        guard let room = RoomID(request.parameter("room")) else { throw Self.unknownRoom }
        let presented = PresentedTicket(request)
        do throws(Refusal) {
            guard let presented, let visit = try await standing(presented, in: room) else {
                return try await strangerPage(request, room)
            }
            var response = Self.page(200, page(request, room, Self.view(visit)).render())
            if visit.token != presented.token {
                response.headers.append(TicketCookie.header(visit.token, request))
            }
            return response
        } catch {
            return try refusalPage(error, request, room)
        }
    }

    /// `POST /rooms/{room}/join`: the button of the page.
    func join(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let room = try roomOfForm(request)
        let presented = PresentedTicket(request)
        // Whatever is wrong with what they brought: entering anew tells.
        if let presented, let visit = try? await standing(presented, in: room) {
            switch visit.standing.state {
            case .waiting, .skipped, .admitted: return back(request, room)
            case .done, .left, .expired: break
            }
        }
        do throws(Refusal) {
            let user = try await formUser(request)
            let outcome = try await stored { () async throws(StoreError) in
                try await store.enter(user, ticket: nil, in: room)
            }
            var response = back(request, room)
            response.headers.append(TicketCookie.header(try visit(outcome).token, request))
            return response
        } catch {
            return try refusalPage(error, request, room)
        }
    }

    /// `POST /rooms/{room}/leave`: the other button.
    func leavePage(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let room = try roomOfForm(request)
        if let presented = PresentedTicket(request) {
            _ = try await stored { () async throws(StoreError) in
                try await store.leave(ticket: presented.token, user: nil, in: room)
            }
        }
        // The ticket stays in the cookie: the page says that the visitor has left.
        return back(request, room)
    }

    /// `GET /assets/...`
    func asset(_ asset: PageAsset) -> @Sendable (HTTPRequest) async throws(Refusal) -> HTTPResponse
    {
        { request throws(Refusal) in
            let headers = [
                HTTPHeader("Content-Type", asset.contentType),
                HTTPHeader("ETag", asset.entityTag),
                HTTPHeader("Cache-Control", PageAsset.cacheControl),
                HTTPHeader("X-Content-Type-Options", "nosniff"),
            ]
            if request.header("If-None-Match") == asset.entityTag {
                return HTTPResponse(status: 304, headers: headers)
            }
            return HTTPResponse(status: 200, headers: headers, body: asset.bytes)
        }
    }

    // MARK: Parts

    /// The standing of a cookie's bearer; nil when the ticket is of another room or garbled.
    private func standing(_ presented: PresentedTicket, in room: RoomID) async throws(Refusal)
        -> Visit?
    {
        let outcome = try await stored { () async throws(StoreError) in
            try await store.status(ticket: presented.token, user: nil, in: room)
        }
        return outcome == .ticketInvalid ? nil : try visit(outcome)
    }

    private func strangerPage(_ request: HTTPRequest, _ room: RoomID) async throws(Refusal)
        -> HTTPResponse
    {
        let report = try await stored { () async throws(StoreError) in
            try await store.document(room)
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
            view = .notInLine(waiting: Int(report.waiting), opening: opening)
        }
        return Self.page(200, page(request, room, view).render())
    }

    private func refusalPage(_ refusal: Refusal, _ request: HTTPRequest, _ room: RoomID)
        throws(Refusal) -> HTTPResponse
    {
        let view: RoomPage.View
        switch refusal {
        case .roomClosed: view = .closed
        case .roomSoldOut: view = .soldOut
        case .roomFull: view = .full
        case .storeUnavailable: view = .unavailable(retryAfterSeconds: 2)
        default: throw refusal
        }
        return Self.page(refusal.response.status, page(request, room, view).render())
    }

    private static func view(_ visit: Visit) -> RoomPage.View {
        let standing = visit.standing
        switch standing.state {
        case .waiting, .skipped:
            let position = standing.ahead.flatMap { visit.show.position(ahead: $0) }.map(Int.init)
            return .waiting(
                position: position,
                ahead: position.map { $0 - 1 },
                estimate: visit.show == .hidden ? nil : standing.estimate,
                refreshSeconds: Int((standing.pollAfterMs ?? 5_000) + 999) / 1000,
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

    private func page(_ request: HTTPRequest, _ room: RoomID, _ view: RoomPage.View) -> RoomPage {
        RoomPage(
            room: room.raw,
            language: language(request),
            view: view,
            continuePath: ContinuePath(request.query("continue"))
        )
    }

    func language(_ request: HTTPRequest) -> Language {
        Language.choose(acceptLanguage: request.header("Accept-Language"))
    }

    /// The room of a form that this site's own page has sent, and no other.
    private func roomOfForm(_ request: HTTPRequest) throws(Refusal) -> RoomID {
        if let site = request.header("Sec-Fetch-Site"), site != "same-origin", site != "none" {
            throw .forbidden("The form was sent from another site.")
        }
        guard let room = RoomID(request.parameter("room")) else { throw Self.unknownRoom }
        return room
    }

    /// Who joins by the page: whoever the request's credentials name; where visitors need none
    /// (`--auth dev`), a name made up for this browser.
    private func formUser(_ request: HTTPRequest) async throws(Refusal) -> UserID {
        if let user = try await callers.user(request) { return user }
        guard callers.trustsHeader, let user = UserID("web-" + VisitorName.random()) else {
            throw .unauthenticated("Enter from the shop's own page, which knows who you are.")
        }
        return user
    }

    private func back(_ request: HTTPRequest, _ room: RoomID) -> HTTPResponse {
        let query = ContinuePath(request.query("continue"))?.query ?? ""
        let location = HTTPHeader("Location", "/rooms/\(room.raw)\(query)")
        return HTTPResponse(status: 303, headers: TicketCookie.noStore + [location])
    }

    static func page(_ status: Int, _ body: [UInt8]) -> HTTPResponse {
        HTTPResponse(status: status, headers: pageHeaders, body: body)
    }

    private static let pageHeaders = [
        HTTPHeader("Content-Type", "text/html; charset=utf-8"),
        HTTPHeader("Cache-Control", "no-store"),
        HTTPHeader("Vary", "Accept-Language, Cookie"),
        HTTPHeader("X-Content-Type-Options", "nosniff"),
        HTTPHeader("Referrer-Policy", "same-origin"),
        HTTPHeader(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
                + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
    ]
}
