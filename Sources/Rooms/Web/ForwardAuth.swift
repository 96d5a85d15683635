import HTTP
import JSON
import Site
import Values

/// Forward auth: what a proxy in front of a shop asks about each request to it.
extension RoomHandlers {
    /// `GET /api/v1/rooms/{room}/admission`
    func admission(_ request: HTTPRequest) throws(Refusal) {
        let room = try room(request)
        guard let token = anyTicket(request, in: room) else {
            return answer(request) { () throws(Refusal) in try outside(request, room) }
        }
        nonisolated(unsafe) let request = request
        let client = unsafe ForwardAuth.client(request)
        store.admission(ticket: token, user: nil, in: room, of: client) { [self] admission in
            unsafe answer(request) { () throws(Refusal) in
                switch try told(admission) {
                case .outside: return try unsafe outside(request, room)
                case .crowded:
                    throw .forbidden("As many clients as the room allows use this session now.")
                case .inside(let user, let pass):
                    unsafe request.user = user.raw
                    return ForwardAuth.admitted(user, pass)
                }
            }
        }
    }

    /// A page that a browser opens leads to the line where the proxy wants that; every other client
    /// is told in its own language.
    private func outside(_ request: HTTPRequest, _ room: RoomID) throws(Refusal) -> HTTPResponse {
        let page = ForwardAuth.waitingPage(request, room)
        guard try argument(request, "redirect") == "1", ForwardAuth.isNavigation(request) else {
            throw .room(.notInside(waitingPage: page))
        }
        return HTTPResponse(
            status: 303,
            headers: CacheControl.noStore + [HTTPHeader("Location", page)]
        )
    }
}

enum ForwardAuth {
    /// Seconds after which a client that is not inside may ask the shop again: a place in line is
    /// asked for elsewhere.
    private static let retryAfter = HTTPHeader("Retry-After", "5")

    /// The shop learns from the proxy who it is.
    static func admitted(_ user: UserID, _ pass: String?) -> HTTPResponse {
        var headers = CacheControl.noStore
        headers.append(HTTPHeader("Onsale-User", user.raw))
        if let pass { headers.append(HTTPHeader("Onsale-Pass", pass)) }
        return HTTPResponse(status: 204, headers: headers)
    }

    static func problem(_ waitingPage: String) -> Problem {
        var json = JSONWriter()
        json.element(waitingPage)
        return Problem(
            401,
            "unauthenticated",
            "Unauthenticated",
            "No session in this room; enter its line at waitingPage.",
            HTTPHeader("WWW-Authenticate", "Bearer"),
            retryAfter,
            member: ("waitingPage", json.finish())
        )
    }

    /// A browser that shows what comes. It says so; of older ones a page is what they accept.
    static func isNavigation(_ request: HTTPRequest) -> Bool {
        if let mode = request.header("Sec-Fetch-Mode") { return mode == "navigate" }
        return request.header("Accept")?.lowercased().contains("text/html") ?? false
    }

    /// The page of the line, which leads back to where the visitor was going. A form that was sent
    /// cannot be sent again by a link: it leads to the room alone.
    ///
    /// It is a whole address where the proxy tells scheme and host: Traefik would take a path for
    /// one of this server's own.
    static func waitingPage(_ request: HTTPRequest, _ room: RoomID) -> String {
        let path = "/rooms/" + percentEncoded(room.raw)
        let method = request.proxyHeader("X-Forwarded-Method") ?? "GET"
        var query = ""
        if method == "GET" || method == "HEAD" {
            query = ContinuePath(request.proxyHeader("X-Forwarded-Uri"))?.query ?? ""
        }
        return (origin(request) ?? "") + path + query
    }

    private static func origin(_ request: HTTPRequest) -> String? {
        guard let scheme = request.forwarded("X-Forwarded-Proto")?.lowercased(),
            scheme == "https" || scheme == "http",
            let host = request.forwarded("X-Forwarded-Host"), isHost(host)
        else { return nil }
        return "\(scheme)://\(host)"
    }

    /// Name or address, and port.
    private static func isHost(_ text: String) -> Bool {
        (1...255).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                    UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
                    true
                default: false
                }
            }
    }

    /// The address that uses the session, as a number; nil: the proxy does not tell.
    static func client(_ request: HTTPRequest) -> UInt64? {
        if request.isFromProxy { return nil }
        return UInt64(bitPattern: Int64(request.client.site.hashValue))
    }
}
