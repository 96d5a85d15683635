import HTTP
import JSON
import Onsale
import Store

extension Visit {
    /// The ticket document of the contract.
    var json: [UInt8] {
        var json = JSONWriter(reservingBytes: 384)
        json.beginObject()
        json.field("ticket", token)
        json.field("room", room.raw)
        json.field("state", standing.state.rawValue)
        if let lane = standing.lane { json.field("lane", lane.raw) }
        let position = standing.ahead.flatMap { show.position(ahead: $0) }
        json.field("position", position)
        json.field("ahead", position.map { $0 - 1 })
        if let estimate = standing.estimate, show != .hidden {
            json.beginObject("estimatedWaitSeconds")
            json.field("min", estimate.min)
            json.field("max", estimate.max)
            json.endObject()
        } else {
            json.null("estimatedWaitSeconds")
        }
        json.field("pollAfterMs", standing.pollAfterMs)
        json.field(
            "sessionExpiresAt",
            utf8: standing.sessionExpiresMs.map { Timestamp(milliseconds: $0).utf8 }
        )
        json.field("pass", pass)
        json.endObject()
        return json.bytes
    }

    /// The answer to a visitor who came with `presented`: a new ticket also goes into the cookie.
    func response(_ request: HTTPRequest, presented: String?, status: Int = 200) -> HTTPResponse {
        var headers = TicketCookie.noStore
        if presented != token { headers.append(TicketCookie.header(token, request)) }
        return .json(status, json, headers: headers)
    }
}

/// The ticket as browsers keep it.
enum TicketCookie {
    static let name = "onsale_ticket"
    static let noStore = [HTTPHeader("Cache-Control", "no-store")]
    /// A line may last a day.
    private static let maxAgeSeconds = 86_400

    static func header(_ token: String, _ request: HTTPRequest) -> HTTPHeader {
        cookie("\(name)=\(token); Max-Age=\(maxAgeSeconds)", request)
    }

    static func removal(_ request: HTTPRequest) -> HTTPHeader {
        cookie("\(name)=; Max-Age=0", request)
    }

    /// `Secure` when the proxy in front says that the visitor came over TLS.
    static func cookie(_ text: String, path: String = "/", _ request: HTTPRequest) -> HTTPHeader {
        let isTLS = request.header("X-Forwarded-Proto")?.lowercased() == "https"
        return HTTPHeader(
            "Set-Cookie",
            "\(text); Path=\(path); HttpOnly; SameSite=Lax\(isTLS ? "; Secure" : "")"
        )
    }
}

/// The ticket that a request carries.
struct PresentedTicket {
    let token: String
    /// A browser's cookie was set by this server for this visitor alone, so it may stand in for
    /// credentials that a page cannot send (`EventSource` has no headers).
    let isCookie: Bool

    init?(_ request: HTTPRequest) {
        if let token = request.header("Onsale-Ticket") {
            self.init(token: token, isCookie: false)
        } else if let token = request.cookie(TicketCookie.name), !token.isEmpty {
            self.init(token: token, isCookie: true)
        } else {
            return nil
        }
    }

    private init(token: String, isCookie: Bool) {
        self.token = token
        self.isCookie = isCookie
    }
}
