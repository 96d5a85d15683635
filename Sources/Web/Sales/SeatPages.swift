import EventLoop
import HTTP
import Onsale
import Store

/// The page of a performance's seats, complete without a script. What its forms do is in
/// SeatForms.swift.
extension Web {
    /// `GET /performances/{performance}`
    func seatPage(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        do throws(Refusal) {
            let visitor = try await seatVisitor(request)
            var page = try await seatPage(request, visitor)
            page.notice = await obstacle(request, visitor)
            return respond(page, to: visitor, request)
        } catch {
            return try troublePage(error, request)
        }
    }

    /// Who looks at which performance.
    struct SeatVisitor {
        let performance: Performance
        /// Nil: nobody that this server knows.
        let user: UserID?
        /// The name was made up here, for this browser, and is to be sent with every request.
        let isMadeUp: Bool
    }

    /// By credentials; by the ticket with which they stood in the performance's line; and where the
    /// server believes names (`--auth dev`) and there is no line, by a name made up for it.
    func seatVisitor(_ request: HTTPRequest) async throws(Refusal) -> SeatVisitor {
        guard let id = PerformanceID(request.parameter("performance")) else {
            throw Self.unknownPerformance
        }
        let known = try await stored { () async throws(StoreError) in
            try await sales.performance(id)
        }
        guard let performance = known else { throw Self.unknownPerformance }
        if let user = try callers.user(request) {
            return SeatVisitor(performance: performance, user: user, isMadeUp: false)
        }
        if let room = performance.room {
            var user: UserID?
            if let ticket = PresentedTicket(request) {
                user = await store.owner(ofTicket: ticket.token, in: room)
            }
            return SeatVisitor(performance: performance, user: user, isMadeUp: false)
        }
        let visitor = madeUpVisitor(request)
        return SeatVisitor(
            performance: performance,
            user: visitor?.user,
            isMadeUp: visitor != nil
        )
    }

    /// The page as things stand, without a notice.
    func seatPage(_ request: HTTPRequest, _ visitor: SeatVisitor) async throws(Refusal) -> SeatPage
    {
        let performance = visitor.performance
        let title = try await stored { () async throws(StoreError) in
            try await sales.title(of: performance.concert)
        }
        var page = SeatPage(
            performance: performance,
            title: title ?? performance.concert.raw,
            language: language(request),
            map: try await presentMap(performance.id),
            nowMs: loop.clock.wallMs()
        )
        if let user = visitor.user {
            page.balance = try await stored { () async throws(StoreError) in
                try await sales.balance(of: user)
            }
            if visitor.isMadeUp { page.user = user.raw }
        }
        page.section = request.query("section").flatMap { Int($0) } ?? 1
        page.hold = presentHold(request, page)
        return page
    }

    /// Nil while Redis cannot be reached.
    private func presentMap(_ id: PerformanceID) async throws(Refusal) -> SeatMap? {
        do throws(StoreError) {
            guard case .map(let map) = try await sales.seatMap(id, knownVersion: nil) else {
                throw .broken("no map of \(id)")
            }
            return map
        } catch {
            guard case .unavailable = error else { throw Refusal(error) }
            return nil
        }
    }

    /// What the cookie says, unless its time is over, or the map shows that its seats are free
    /// again or sold.
    private func presentHold(_ request: HTTPRequest, _ page: SeatPage) -> HeldSeats? {
        guard let hold = HoldCookie.read(request), hold.expiresMs > page.nowMs else { return nil }
        guard let states = page.map?.states else { return hold }
        let isHeld = hold.seats.allSatisfy { seat in
            seat <= states.count && states[seat - 1] == SeatState.held.rawValue
        }
        return isHeld ? hold : nil
    }

    /// What stands between the visitor and a seat, as far as the page can know.
    private func obstacle(_ request: HTTPRequest, _ visitor: SeatVisitor) async
        -> SeatPage.Notice?
    {
        guard let room = visitor.performance.room else {
            return visitor.user == nil ? .plain(.unauthenticated) : nil
        }
        guard let ticket = PresentedTicket(request) else {
            return visitor.user == nil ? .plain(.notAdmitted) : nil
        }
        // A store that cannot say hinders nobody: the hold's own check decides.
        let isInside = try? await store.isInside(ticket: ticket.token, in: room)
        return isInside == false ? .plain(.notAdmitted) : nil
    }

    /// The page as an answer: 503 in place of 200 while the seats cannot be reached.
    func respond(
        _ page: SeatPage,
        to visitor: SeatVisitor,
        _ request: HTTPRequest,
        status: Int = 200
    ) -> HTTPResponse {
        let isAway = page.view == .unavailable && status == 200
        var response = Self.page(isAway ? 503 : status, page.render())
        if visitor.isMadeUp, let user = visitor.user {
            response.headers.append(VisitorCookie.header(user, request))
        }
        return response
    }

    /// A page for people where the sale cannot be reached; everything else is thrown on.
    func troublePage(_ refusal: Refusal, _ request: HTTPRequest) throws(Refusal) -> HTTPResponse {
        let labels = Phrases.of(language(request)).seats
        return try troublePage(
            refusal,
            request,
            Phrases.Heading(
                headline: labels.labels.unavailable,
                lead: labels.notices.unavailable
            ),
            address: "/performances/\(percentEncoded(request.parameter("performance")))"
        )
    }

    /// A page for people where what it is about cannot be reached; everything else is thrown on.
    func troublePage(
        _ refusal: Refusal,
        _ request: HTTPRequest,
        _ heading: Phrases.Heading,
        address: String
    ) throws(Refusal) -> HTTPResponse {
        guard case .storeUnavailable = refusal else { throw refusal }
        let page = TroublePage(language: language(request), heading: heading, address: address)
        return Self.page(503, page.render())
    }
}

/// A hold as the forms of the page keep it.
enum HoldCookie {
    static let name = "onsale_hold"

    static func read(_ request: HTTPRequest) -> HeldSeats? {
        request.cookie(name).flatMap { HeldSeats(cookie: $0) }
    }

    static func header(_ hold: Hold, nowMs: Int64, _ request: HTTPRequest) -> HTTPHeader {
        let seconds = max(1, (hold.expiresMs - nowMs + 999) / 1_000)
        return TicketCookie.cookie(
            "\(name)=\(HeldSeats(hold).cookie); Max-Age=\(seconds)",
            path: SeatPage.address(hold.performance),
            request
        )
    }

    static func removal(_ performance: PerformanceID, _ request: HTTPRequest) -> HTTPHeader {
        let path = SeatPage.address(performance)
        return TicketCookie.cookie("\(name)=; Max-Age=0", path: path, request)
    }
}
