import HTTP
import Onsale
import Store

/// Who buys: like every caller, by credentials; and, for a page that has none, by the ticket with
/// which the visitor stood in line.
extension Web {
    /// `room` is the ticket's, unless the request names another in `Onsale-Room`: a ticket's token
    /// does not say it.
    func buyer(_ request: HTTPRequest, room: RoomID? = nil) async throws(Refusal) -> UserID {
        if let user = try callers.user(request) { return user }
        guard let ticket = PresentedTicket(request) else {
            return try callers.requiredUser(request)
        }
        if ticket.isCookie { try requireOwnPage(request) }
        guard let room = try namedRoom(request) ?? room else {
            throw .unauthenticated("Say in Onsale-Room which room the ticket is of.")
        }
        guard let user = await store.owner(ofTicket: ticket.token, in: room) else {
            throw .ticketInvalid("The ticket is not one of this room, or too old to buy with.")
        }
        return user
    }

    /// The buyer at a performance: its own room is meant where none is named.
    func buyer(_ request: HTTPRequest, at performance: PerformanceID)
        async throws(Refusal) -> UserID
    {
        if let user = try callers.user(request) { return user }
        guard PresentedTicket(request) != nil else { return try await buyer(request) }
        let known = try await stored { () async throws(StoreError) in
            try await sales.performance(performance)
        }
        guard let known else { throw Self.unknownPerformance }
        return try await buyer(request, room: known.room)
    }

    private func namedRoom(_ request: HTTPRequest) throws(Refusal) -> RoomID? {
        guard let name = request.header("Onsale-Room") else { return nil }
        guard let room = RoomID(name) else {
            throw .invalidRequest(field: "Onsale-Room", reason: "must be \(identifierRule)")
        }
        return room
    }

    /// A browser sends its cookie whoever made it ask. What changes something must come from this
    /// site's own page; a browser tells by `Sec-Fetch-Site`, others do not send it.
    func requireOwnPage(_ request: HTTPRequest) throws(Refusal) {
        guard request.method != .get, request.method != .head else { return }
        if let site = request.header("Sec-Fetch-Site"), site != "same-origin", site != "none" {
            throw .forbidden("The request was sent from another site.")
        }
    }
}
