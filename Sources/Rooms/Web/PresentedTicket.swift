import HTTP
import Site
import Values

/// The ticket that a request carries.
package struct PresentedTicket {
    package let token: String
    /// A browser's cookie was set by this server for this visitor alone, so it may stand in for
    /// credentials that a page cannot send (`EventSource` has no headers).
    let isCookie: Bool
}

extension RoomHandlers {
    /// The ticket for `room` of the caller `user`; of a browser's cookie without credentials, of
    /// whoever the ticket names. Nil: there is no ticket.
    ///
    /// A ticket in a header needs its owner's credentials. Of cookies the first one counts that is
    /// of this room and this caller: another user's, left in the browser, is set aside.
    package func presented(_ request: HTTPRequest, of user: UserID?, in room: RoomID)
        throws(Refusal) -> PresentedTicket?
    {
        guard let token = request.header("Onsale-Ticket") else {
            return cookieTicket(request, of: user, in: room)
        }
        if user == nil { _ = try callers.requiredUser(request) }
        return PresentedTicket(token: token, isCookie: false)
    }

    /// The ticket for `room` of a request that need not say who calls: forward auth.
    func anyTicket(_ request: HTTPRequest, in room: RoomID) -> String? {
        request.header("Onsale-Ticket") ?? cookieTicket(request, of: nil, in: room)?.token
    }

    private func cookieTicket(_ request: HTTPRequest, of user: UserID?, in room: RoomID)
        -> PresentedTicket?
    {
        let tokens = TicketCookie.tokens(request, room)
        // What the only one is worth is found out where it is used.
        if user == nil, tokens.count < 2 {
            return tokens.first.map { PresentedTicket(token: $0, isCookie: true) }
        }
        let token = tokens.first { store.ticket($0, of: user, in: room) != nil }
        return token.map { PresentedTicket(token: $0, isCookie: true) }
    }
}
