import HTTP
import Site
import Values

/// The ticket as browsers keep it: a cookie for each room, so that a browser can stand in several.
enum TicketCookie {
    /// Of a ticket that is the visitor's already.
    static let head = HTTPHead(contentType: "application/json", headers: CacheControl.noStore)

    private static let name = "onsale_ticket"
    private static let maxAgeSeconds = Int(RoomStore.ticketLifeMs / 1_000)

    static func header(
        _ token: String,
        in room: RoomID,
        _ cookies: Cookies,
        _ request: HTTPRequest
    ) -> HTTPHeader {
        cookies.header(name(room), token, maxAgeSeconds: maxAgeSeconds, request)
    }

    static func removal(_ room: RoomID, _ cookies: Cookies, _ request: HTTPRequest) -> HTTPHeader {
        cookies.header(name(room), "", maxAgeSeconds: 0, request)
    }

    /// What may be a ticket of `room`. The name without a room is what clients other than browsers
    /// send, who have one ticket.
    static func tokens(_ request: HTTPRequest, _ room: RoomID) -> [String] {
        (request.cookies(name(room)) + request.cookies(name)).filter { !$0.isEmpty }
    }

    /// A room may have two characters that the name of a cookie may not (RFC 6265).
    private static func name(_ room: RoomID) -> String {
        var text = name
        text += "_"
        guard room.raw.utf8.contains(where: { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "@") })
        else {
            text += room.raw
            return text
        }
        return text + room.raw.replacing(":", with: "%3A").replacing("@", with: "%40")
    }
}
