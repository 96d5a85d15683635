import Engines
import EventLoop
import HTTP
import Rooms
import Site
import Values

/// The page of a performance's seats, complete without a script. What its forms do is in
/// SeatForms.swift.
extension SeatHandlers {
    /// `GET /performances/{performance}`
    func seatPage(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        do throws(Refusal) {
            let visitor = try await seatVisitor(request)
            try requireOwner(of: request, behind: visitor.performance.room)
            var page = try await seatPage(request, visitor)
            page.notice = await obstacle(request, visitor)
            return respond(page, to: visitor, request)
        } catch {
            return try troublePage(error, request)
        }
    }

    /// Who looks at which performance.
    package struct SeatVisitor {
        package let performance: Performance
        /// Nil: nobody that this server knows.
        let caller: PageVisitor?

        var user: UserID? { caller?.user }
    }

    func seatVisitor(_ request: HTTPRequest) async throws(Refusal) -> SeatVisitor {
        guard let id = PerformanceID(request.parameter("performance")) else {
            throw Self.unknownPerformance
        }
        let known = try await stored { () async throws(StoreError) in
            try await concertStore.performance(id)
        }
        guard let performance = known else { throw Self.unknownPerformance }
        return SeatVisitor(performance: performance, caller: try pageVisitor(request))
    }

    /// The page as things stand, without a notice.
    func seatPage(_ request: HTTPRequest, _ visitor: SeatVisitor) async throws(Refusal) -> SeatPage
    {
        let performance = visitor.performance
        // Somebody who has just come has changed nothing that a map of a second ago would lack.
        let isStranger = visitor.caller?.newToken != nil || visitor.caller == nil
        let title = try await stored { () async throws(StoreError) in
            try await concertStore.title(of: performance.concert)
        }
        var page = SeatPage(
            performance: performance,
            title: title ?? performance.concert.raw,
            language: language(request),
            map: try await presentMap(performance.id, isStranger: isStranger),
            nowMs: loop.clock.wallMs()
        )
        if let user = visitor.user, !isStranger {
            page.balance = try await stored { () async throws(StoreError) in
                try await self.balance(user)
            }
        }
        page.section = request.query("section").flatMap { Int($0) } ?? 1
        page.hold = presentHold(request, page)
        return page
    }

    /// Nil while Redis cannot be reached.
    private func presentMap(_ id: PerformanceID, isStranger: Bool) async throws(Refusal)
        -> SeatMap?
    {
        do throws(StoreError) {
            if isStranger, let map = try await strangerMaps.value(id) { return map }
            guard case .map(let map) = try await seatStore.map(id, knownVersion: nil) else {
                throw .broken("no map of \(id)")
            }
            return map
        } catch {
            guard error.isMomentary else { throw Refusal(error) }
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

    /// A ticket in the header comes with its owner's credentials, as everywhere.
    private func requireOwner(of request: HTTPRequest, behind room: RoomID?) throws(Refusal) {
        guard let room, let token = request.header("Onsale-Ticket") else { return }
        let user = try callers.requiredUser(request)
        guard rooms.store.ticket(token, of: user, in: room) != nil else {
            throw RoomHandlers.ticketInvalid
        }
    }

    /// What stands between the visitor and a seat, as far as the page can know.
    private func obstacle(_ request: HTTPRequest, _ visitor: SeatVisitor) async
        -> SeatPage.Notice?
    {
        guard let room = visitor.performance.room else {
            return visitor.user == nil ? .plain(.unauthenticated) : nil
        }
        guard let user = visitor.user else { return .plain(.unauthenticated) }
        guard let ticket = try? rooms.presented(request, of: user, in: room) else {
            return callers.isBrowser(request) ? .plain(.notAdmitted) : nil
        }
        // A store that cannot say hinders nobody: the hold's own check decides.
        let isInside = await Background.reads.attempt(about: ("room", room.raw)) {
            try await rooms.store.isInside(ticket: ticket.token, user: user, in: room)
        }
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
        return respond(page.render(), to: visitor.caller, request, status: isAway ? 503 : status)
    }

    /// A page for people where the sale cannot be reached; everything else is thrown on.
    func troublePage(_ refusal: Refusal, _ request: HTTPRequest) throws(Refusal) -> HTTPResponse {
        let words = Words.seats[language(request)]
        return try troublePage(
            refusal,
            request,
            headline: words["labels.unavailable"],
            lead: words["notices.unavailable"],
            address: "/performances/\(percentEncoded(request.parameter("performance")))"
        )
    }
}
