import Crypto
import EventLoop
import HTTP
import Ledger
import Logging

/// What the handlers of one loop share. It knows no capability.
///
/// A class: each closure of a handler would hold a copy of a value, 2,000 instructions to make and
/// to end.
package final class Site: Sendable {
    /// What this loop has answered.
    package let counts: Counter
    let limits: RateLimits
    let callers: Callers
    let cookies: Cookies
    /// The process's.
    let listTurns: ListTurns
    package let loop: EventLoop

    /// Throws what is wrong with the key file of `auth`.
    package init(
        listTurns: ListTurns,
        auth: VisitorAuth,
        visitorKey: [UInt8],
        rates: RequestRates,
        hasSecureCookies: Bool,
        adminKey: [UInt8],
        on loop: EventLoop
    ) throws {
        self.listTurns = listTurns
        self.loop = loop
        let counts = Counter(on: loop)
        self.counts = counts
        limits = RateLimits(rates, counter: counts, on: loop)
        callers = try Callers(
            auth,
            adminKey: adminKey,
            visitorKey: visitorKey,
            limits: limits,
            on: loop
        )
        cookies = Cookies(isAlwaysSecure: hasSecureCookies)
    }

    /// Checks callers with these keys from now on. Throws what is wrong with the key file of
    /// `auth`; the keys that there are stay then.
    package func renewKeys(auth: VisitorAuth, adminKey: [UInt8]) async throws {
        try await callers.renew(auth, adminKey: adminKey)
    }

    // MARK: Routes

    /// A route of `endpoint`, answered by `handler`.
    func route(_ endpoint: Endpoint, _ handler: @escaping RouteHandler) -> HTTPRoute {
        let kind = endpoint.rateClass
        let route = HTTPRoute(endpoint.method, endpoint.pattern) { request in
            do throws(Refusal) {
                try self.admit(request, kind)
                return try await handler(request)
            } catch {
                return self.refused(error, request)
            }
        }
        return endpoint.marking(route)
    }

    /// The same without a task.
    func route(_ endpoint: Endpoint, calling responder: @escaping RouteResponder) -> HTTPRoute {
        let kind = endpoint.rateClass
        let route = HTTPRoute.calling(endpoint.method, endpoint.pattern) { [self] request in
            do throws(Refusal) {
                try admit(request, kind)
                try responder(request)
            } catch {
                request.answer(refused(error, request))
            }
        }
        return endpoint.marking(route)
    }

    /// 429 to whoever asks too often for what there is not; nil: the usual answer.
    package func refuseUnrouted(_ request: HTTPRequest) -> HTTPResponse? {
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

    // MARK: Refusals

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
        let words = Words.site[language]
        var page = TroublePage(
            language: language,
            headline: words["limited.headline"],
            lead: words["limited.lead"],
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
