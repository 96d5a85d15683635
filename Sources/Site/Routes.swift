import Crypto
public import HTTP
import Logging
import Onsale
import Values

extension Web {
    /// Every path this server answers, as a table of contents.
    static let table: [RouteLine] =
        [
            // The line
            .calling(.post, "/api/v1/rooms/{room}/tickets") { $0.enter },
            .calling(.get, "/api/v1/rooms/{room}/tickets/me") { $0.ticket },
            RouteLine(.get, "/api/v1/rooms/{room}/tickets/me/events") { $0.ticketEvents },
            RouteLine(.delete, "/api/v1/rooms/{room}/tickets/me") { $0.leave },
            RouteLine(.get, "/api/v1/rooms/{room}") { $0.roomDocument },
            .calling(.get, "/api/v1/rooms/{room}/admission") { $0.admission }.ignoringBody(),
            RouteLine(.get, "/api/v1/rooms/{room}/draw") { $0.draw },
            RouteLine(.get, "/api/v1/rooms/{room}/draw/entrants") { $0.drawEntrants },
            RouteLine(.get, "/api/v1/rooms/{room}/tickets/me/draw") { $0.ticketDraw },

            RouteLine(.post, "/api/v1/visitors") { $0.makeVisitor },

            // The sale
            RouteLine(.get, "/api/v1/concerts") { $0.concerts },
            RouteLine(.get, "/api/v1/concerts/{concert}/performances") { $0.performances },
            RouteLine(.get, "/api/v1/performances/{performance}/seats") { $0.seats },
            RouteLine(.post, "/api/v1/performances/{performance}/holds") { $0.hold },
            RouteLine(.delete, "/api/v1/holds/{hold}") { $0.release }.hidingPath(),
            RouteLine(.post, "/api/v1/payments") { $0.pay },
            RouteLine(.post, "/api/v1/payments/{payment}/cancel") { $0.cancel },
            RouteLine(.get, "/api/v1/users/me/payments") { $0.payments },
            RouteLine(.get, "/api/v1/users/me/points") { $0.points },
            RouteLine(.post, "/api/v1/users/me/points/charges") { $0.charge },

            // The shop
            RouteLine(.get, "/api/v1/products") { $0.products },
            RouteLine(.get, "/api/v1/products/{product}") { $0.product },
            RouteLine(.post, "/api/v1/orders") { $0.order },
            RouteLine(.post, "/api/v1/orders/{order}/cancel") { $0.cancelOrder },
            RouteLine(.get, "/api/v1/users/me/orders") { $0.orders },

            // Coupons
            RouteLine(.get, "/api/v1/coupons/{coupon}") { $0.coupon },
            RouteLine(.post, "/api/v1/coupons/{coupon}/claims") { $0.claim },
            RouteLine(.get, "/api/v1/users/me/coupons") { $0.ownCoupons },

            // Rankings
            RouteLine(.get, "/api/v1/products/popular") { $0.popularProducts },
            RouteLine(.get, "/api/v1/concerts/ranking") { $0.concertRanking },
            RouteLine(.get, "/api/v1/boards/{board}") { $0.board },
            RouteLine(.get, "/api/v1/boards/{board}/members/{member}") { $0.boardMember },
            RouteLine(.get, "/api/v1/boards/{board}/members/{member}/history") { $0.boardHistory },
            RouteLine(.get, "/api/v1/rankings/events") { $0.rankingEvents },

            // The operator
            RouteLine(.put, "/admin/v1/concerts/{concert}") { $0.putConcert },
            RouteLine(.get, "/admin/v1/concerts/{concert}") { $0.adminConcert },
            RouteLine(.put, "/admin/v1/performances/{performance}") { $0.putPerformance },
            RouteLine(.get, "/admin/v1/performances/{performance}") { $0.adminPerformance },
            RouteLine(.put, "/admin/v1/products/{product}") { $0.putProduct },
            RouteLine(.patch, "/admin/v1/products/{product}") { $0.patchProduct },
            RouteLine(.get, "/admin/v1/products/{product}") { $0.adminProduct },
            RouteLine(.post, "/admin/v1/users/{user}/points/charges") { $0.chargeUser },
            RouteLine(.post, "/admin/v1/payments/{payment}/cancel") { $0.cancelPaymentOfUser },
            RouteLine(.post, "/admin/v1/orders/{order}/cancel") { $0.cancelOrderOfUser },
            RouteLine(.put, "/admin/v1/coupons/{coupon}") { $0.putCoupon },
            RouteLine(.get, "/admin/v1/coupons/{coupon}") { $0.adminCoupon },
            RouteLine(.put, "/admin/v1/boards/{board}") { $0.putBoard },
            RouteLine(.get, "/admin/v1/boards/{board}") { $0.adminBoard },
            RouteLine(.post, "/admin/v1/boards/{board}/scores") { $0.changeScore },
            RouteLine(.get, "/admin/v1/events") { $0.events },
            RouteLine(.get, "/admin/v1/rooms/{room}") { $0.adminRoom },
            RouteLine(.put, "/admin/v1/rooms/{room}") { $0.putRoom },
            RouteLine(.post, "/admin/v1/rooms/{room}/pause") { $0.setting(.paused) },
            RouteLine(.post, "/admin/v1/rooms/{room}/resume") { $0.setting(.open) },
            RouteLine(.post, "/admin/v1/rooms/{room}/drain") { $0.setting(.draining) },
            RouteLine(.post, "/admin/v1/rooms/{room}/close") { $0.setting(.closed) },
            RouteLine(.post, "/admin/v1/rooms/{room}/sold-out") { $0.setting(.soldOut) },
            RouteLine(.post, "/admin/v1/rooms/{room}/sessions/{user}/done") { $0.sessionDone },
            RouteLine(.get, "/admin/v1/rooms/{room}/lanes") { $0.lanes },
            RouteLine(.put, "/admin/v1/rooms/{room}/lanes") { $0.putLanes },
            RouteLine(.post, "/admin/v1/rooms/{room}/lanes/{lane}/codes") { $0.makeCodes },

            // Pages
            RouteLine(.get, "/") { $0.indexPage },
            RouteLine(.get, "/rooms/{room}") { $0.roomPage },
            RouteLine(.post, "/rooms/{room}/join") { $0.join },
            RouteLine(.post, "/rooms/{room}/leave") { $0.leavePage },
            RouteLine(.get, "/performances/{performance}") { $0.seatPage },
            RouteLine(.post, "/performances/{performance}/hold") { $0.holdForm },
            RouteLine(.post, "/performances/{performance}/give-back") { $0.giveBackForm },
            RouteLine(.post, "/performances/{performance}/pay") { $0.payForm },
            RouteLine(.post, "/performances/{performance}/charge") { $0.chargeForm },
            RouteLine(.get, "/coupons/{coupon}") { $0.couponPage },
            RouteLine(.post, "/coupons/{coupon}/claim") { $0.claimForm },
            RouteLine(.get, "/shop") { $0.shopPage },
            RouteLine(.post, "/shop/order") { $0.orderForm },
            RouteLine(.post, "/shop/charge") { $0.shopChargeForm },
            RouteLine(.get, "/rankings") { $0.rankingsPage },

            // Operating
            RouteLine(.get, "/healthz") { $0.healthz },
            RouteLine(.get, "/readyz") { $0.readyz },
            RouteLine(.get, "/metrics") { $0.metrics },
            RouteLine(.get, "/openapi.json") { $0.asset(.openAPI) },
            RouteLine(.get, "/.well-known/jwks.json") { $0.jwks },
        ] + PageAsset.all.map { asset in RouteLine(.get, asset.path) { $0.asset(asset) } }

    /// The table, answered by this loop.
    public var routes: [HTTPRoute] {
        Self.table.map { line in
            let kind = RateClass(line.method, line.pattern)
            switch line.handler {
            case .task(let handler):
                let handler = handler(self)
                let route = HTTPRoute(line.method, line.pattern) { request in
                    do throws(Refusal) {
                        try self.admit(request, kind)
                        return try await handler(request)
                    } catch {
                        return self.refused(error, request)
                    }
                }
                return line.hidesPath ? route.hidingPath() : route
            case .call(let responder):
                let responder = responder(self)
                let route = HTTPRoute.calling(line.method, line.pattern) { [self] request in
                    do throws(Refusal) {
                        try admit(request, kind)
                        try responder(request)
                    } catch {
                        request.answer(refused(error, request))
                    }
                }
                return line.ignoresBody ? route.ignoringBody() : route
            }
        }
    }

    /// 429 to whoever asks too often for what there is not; nil: the usual answer.
    public func refuseUnrouted(_ request: HTTPRequest) -> HTTPResponse? {
        do throws(Refusal) {
            try limits.count(request, as: .read)
            return nil
        } catch {
            return refused(error, request)
        }
    }

    /// What every request is held against.
    private func admit(_ request: HTTPRequest, _ kind: RateClass?) throws(Refusal) {
        if let kind { try limits.count(request, as: kind) }
        try SameSite.require(request)
    }

    /// Answers with what `body` makes.
    func answer(_ request: HTTPRequest, _ body: () throws(Refusal) -> HTTPResponse) {
        do throws(Refusal) {
            request.answer(try body())
        } catch {
            request.answer(refused(error, request))
        }
    }

    /// What engines say is the operator's to read. A stranger gets a number, under which it stands
    /// in the log.
    private func refused(_ refusal: Refusal, _ request: HTTPRequest) -> HTTPResponse {
        counts.count(refusal)
        let asked = ("request", "\(request.method.rawValue) \(request.loggedPath)")
        switch refusal {
        case .broken(let reason):
            let id = Hex.encode(SecureRandom.bytes(8))
            Log.error("internal_error", [("id", id), asked, ("reason", reason)])
            return Problem.internal(id).response
        case .storeUnavailable(let reason):
            Log.warn("store_unavailable", [asked, ("reason", reason)])
            return refusal.response
        case .rateLimited(let seconds):
            guard !request.path.hasPrefix("/api/"), !request.path.hasPrefix("/admin/"),
                request.header("Accept")?.contains("text/html") == true
            else { return refusal.response }
            return limitedPage(refusal, seconds, request)
        default: return refusal.response
        }
    }

    /// For somebody with a browser, whose office may be what is limited: asks again by itself.
    private func limitedPage(_ refusal: Refusal, _ seconds: Int, _ request: HTTPRequest)
        -> HTTPResponse
    {
        let language = Language.choose(for: request)
        // An answer to a form leads back to its page.
        let path = request.path
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
        let address = request.method == .get ? path : parent.isEmpty ? "/" : parent
        var page = TroublePage(
            language: language,
            heading: Phrases.of(language).limited,
            address: address + (ContinuePath(request)?.query ?? "")
        )
        page.refreshSeconds = max(page.refreshSeconds, seconds)
        page.hasOwnStyle = true
        var answer = HTTPResponse.page(refusal.response.status, page.render())
        answer.headers = answer.headers.map { header in
            guard header.name == "Content-Security-Policy" else { return header }
            return HTTPHeader(header.name, TroublePage.policy)
        }
        answer.headers += refusal.response.headers.filter { $0.name == "Retry-After" }
        return answer
    }
}

/// One line of the table: known without a server, so that the contract can be held against it.
struct RouteLine: Sendable {
    typealias Handler = @Sendable (HTTPRequest) async throws(Refusal) -> HTTPResponse
    /// Answers by `HTTPRequest.answer`, or throws.
    typealias Responder = @Sendable (HTTPRequest) throws(Refusal) -> Void

    enum Way: Sendable {
        case task(@Sendable (Web) -> Handler)
        case call(@Sendable (Web) -> Responder)
    }

    let method: HTTPMethod
    let pattern: String
    /// Who answers, on the loop of the `Web` given.
    let handler: Way
    /// A proxy asks about another request, whose length it passes on.
    private(set) var ignoresBody = false
    /// A secret stands in the path, which no log may have.
    private(set) var hidesPath = false

    init(_ method: HTTPMethod, _ pattern: String, _ handler: @escaping @Sendable (Web) -> Handler) {
        self.init(method, pattern, .task(handler))
    }

    /// One that answers without a task.
    static func calling(
        _ method: HTTPMethod,
        _ pattern: String,
        _ responder: @escaping @Sendable (Web) -> Responder
    ) -> RouteLine {
        RouteLine(method, pattern, .call(responder))
    }

    private init(_ method: HTTPMethod, _ pattern: String, _ handler: Way) {
        self.method = method
        self.pattern = pattern
        self.handler = handler
    }

    func ignoringBody() -> RouteLine {
        var line = self
        line.ignoresBody = true
        return line
    }

    func hidingPath() -> RouteLine {
        var line = self
        line.hidesPath = true
        return line
    }

    /// `GET /healthz`
    var name: String { "\(method.rawValue) \(pattern)" }
}
