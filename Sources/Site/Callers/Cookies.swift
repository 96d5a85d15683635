import HTTP
import Onsale
import Store
import Values

/// How this server's cookies are written: HttpOnly, SameSite=Lax, and Secure over HTTPS.
struct Cookies: Sendable {
    /// Every cookie is Secure, whatever the proxy says (`--cookie-secure`).
    let isAlwaysSecure: Bool

    private static let hostPrefix = "__Host-"

    /// One for the whole site. Over HTTPS its name says that no other host has set it (RFC 6265bis,
    /// section 4.1.3.2).
    func header(_ name: String, _ value: String, maxAgeSeconds: Int, _ request: HTTPRequest)
        -> HTTPHeader
    {
        let isSecure = isSecure(request)
        // Of every newcomer: appended, not interpolated, which takes 5,200 instructions.
        var text = isSecure ? Self.hostPrefix : ""
        text.reserveCapacity(name.utf8.count + value.utf8.count + 96)
        text += name
        text += "="
        text += value
        text += "; Max-Age="
        text += String(maxAgeSeconds)
        text += "; Path=/; HttpOnly; SameSite=Lax"
        if isSecure { text += "; Secure" }
        return HTTPHeader("Set-Cookie", text)
    }

    /// One that is sent to a part of the site only.
    func header(
        _ name: String,
        _ value: String,
        maxAgeSeconds: Int,
        path: String,
        _ request: HTTPRequest
    ) -> HTTPHeader {
        let secure = isSecure(request) ? "; Secure" : ""
        return HTTPHeader(
            "Set-Cookie",
            "\(name)=\(value); Max-Age=\(maxAgeSeconds); Path=\(path); HttpOnly; SameSite=Lax"
                + secure
        )
    }

    /// Whether the visitor's side of the proxy is HTTPS.
    private func isSecure(_ request: HTTPRequest) -> Bool {
        isAlwaysSecure || request.forwarded("X-Forwarded-Proto")?.lowercased() == "https"
    }
}

/// The ticket as browsers keep it: a cookie for each room, so that a browser can stand in several.
enum TicketCookie {
    static let noStore = [HTTPHeader("Cache-Control", "no-store")]
    /// Of a ticket that is the visitor's already.
    static let head = HTTPHead(contentType: "application/json", headers: noStore)

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

/// The name of a browser whose user has no account.
enum VisitorCookie {
    private static let name = "onsale_visitor"
    /// What they bought is theirs for half a year.
    private static let maxAgeSeconds = 180 * 86_400

    static func tokens(_ request: HTTPRequest) -> [String] { request.cookies(name) }

    static func header(_ token: String, _ cookies: Cookies, _ request: HTTPRequest) -> HTTPHeader {
        cookies.header(name, token, maxAgeSeconds: maxAgeSeconds, request)
    }
}

/// A hold as the forms of the page keep it.
enum HoldCookie {
    private static let name = "onsale_hold"

    static func read(_ request: HTTPRequest) -> HeldSeats? {
        for value in request.cookies(name) {
            if let hold = HeldSeats(cookie: value) { return hold }
        }
        return nil
    }

    static func header(_ hold: Hold, nowMs: Int64, _ cookies: Cookies, _ request: HTTPRequest)
        -> HTTPHeader
    {
        let seconds = max(1, (hold.expiresMs - nowMs + 999) / 1_000)
        return cookies.header(
            name,
            HeldSeats(hold).cookie,
            maxAgeSeconds: Int(seconds),
            path: SeatPage.address(hold.performance),
            request
        )
    }

    static func removal(
        _ performance: PerformanceID,
        _ cookies: Cookies,
        _ request: HTTPRequest
    ) -> HTTPHeader {
        let path = SeatPage.address(performance)
        return cookies.header(name, "", maxAgeSeconds: 0, path: path, request)
    }
}
