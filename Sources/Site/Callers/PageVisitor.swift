import HTTP
import Values

/// Who looks at a page.
package struct PageVisitor: Equatable, Sendable {
    package let user: UserID
    /// Of a name that was made for this browser just now: its cookie is to be set.
    package let newToken: String?
}

extension Handlers {
    /// By credentials, or by a name made for this browser where people need no account. Nil: nobody
    /// that this server knows.
    package func pageVisitor(_ request: HTTPRequest) throws(Refusal) -> PageVisitor? {
        if let user = try callers.user(request) { return PageVisitor(user: user, newToken: nil) }
        // A ticket proves a place, never a buyer: whoever sends one has to say who they are.
        if request.header("Onsale-Ticket") != nil { _ = try callers.requiredUser(request) }
        return callers.newVisitor().map { PageVisitor(user: $0.user, newToken: $0.token) }
    }

    /// The page as an answer, with the cookie of a new visitor.
    package func respond(
        _ page: [UInt8],
        to visitor: PageVisitor?,
        _ request: HTTPRequest,
        status: Int = 200
    ) -> HTTPResponse {
        var response = HTTPResponse.page(status, page)
        response.headers += newCookie(visitor, request)
        return response
    }

    /// Back to a page, so that a reload repeats nothing.
    package func back(to address: String, _ visitor: PageVisitor?, _ request: HTTPRequest)
        -> HTTPResponse
    {
        let location = HTTPHeader("Location", address)
        return HTTPResponse(
            status: 303,
            headers: CacheControl.noStore + [location] + newCookie(visitor, request)
        )
    }

    package func newCookie(_ visitor: PageVisitor?, _ request: HTTPRequest) -> [HTTPHeader] {
        guard let token = visitor?.newToken else { return [] }
        return [VisitorCookie.header(token, cookies, request)]
    }
}
