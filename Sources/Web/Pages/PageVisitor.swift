import HTTP
import Onsale

/// Who looks at a page that stands behind no line.
struct PageVisitor: Equatable, Sendable {
    let user: UserID
    /// The name was made up here, for this browser, and is to be sent with every request.
    let isMadeUp: Bool
}

extension Web {
    /// By credentials; and where the server believes names (`--auth dev`), by a name made up for
    /// this browser: the one it was given before. Nil: nobody that this server knows.
    func pageVisitor(_ request: HTTPRequest) async throws(Refusal) -> PageVisitor? {
        if let user = try callers.user(request) {
            return PageVisitor(user: user, isMadeUp: false)
        }
        return madeUpVisitor(request)
    }

    func madeUpVisitor(_ request: HTTPRequest) -> PageVisitor? {
        guard callers.trustsHeader,
            let user = VisitorCookie.name(request) ?? UserID("web-" + VisitorName.random())
        else { return nil }
        return PageVisitor(user: user, isMadeUp: true)
    }

    /// The page as an answer, with the visitor's name where it was made up here.
    func respond(
        _ page: [UInt8],
        to visitor: PageVisitor?,
        _ request: HTTPRequest,
        status: Int = 200
    ) -> HTTPResponse {
        var response = Self.page(status, page)
        if let visitor, visitor.isMadeUp {
            response.headers.append(VisitorCookie.header(visitor.user, request))
        }
        return response
    }

    /// Back to a page, so that a reload repeats nothing.
    func back(to address: String, _ visitor: PageVisitor?, _ request: HTTPRequest) -> HTTPResponse {
        var headers = TicketCookie.noStore + [HTTPHeader("Location", address)]
        if let visitor, visitor.isMadeUp {
            headers.append(VisitorCookie.header(visitor.user, request))
        }
        return HTTPResponse(status: 303, headers: headers)
    }
}

/// A name made up for a browser that nobody knows, where the server believes names.
enum VisitorCookie {
    static let name = "onsale_visitor"
    private static let maxAgeSeconds = 86_400

    static func name(_ request: HTTPRequest) -> UserID? {
        request.cookie(name).flatMap { $0.hasPrefix("web-") ? UserID($0) : nil }
    }

    static func header(_ user: UserID, _ request: HTTPRequest) -> HTTPHeader {
        TicketCookie.cookie("\(name)=\(user.raw); Max-Age=\(maxAgeSeconds)", request)
    }
}
