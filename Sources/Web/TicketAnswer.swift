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
        if let reason = shownReason { json.field("estimateReason", reason.rawValue) }
        json.field("pollAfterMs", standing.pollAfterMs)
        json.field(
            "sessionExpiresAt",
            utf8: standing.sessionExpiresMs.map { Timestamp(milliseconds: $0).utf8 }
        )
        json.field("pass", pass)
        json.endObject()
        return json.finish()
    }

    /// Where positions are hidden, so is what would tell how the line moves.
    var shownReason: EstimateReason? {
        show == .hidden && standing.estimateReason != .paused ? nil : standing.estimateReason
    }

    /// The answer to a visitor who came with `presented`: a new ticket also goes into the cookie.
    func response(_ request: HTTPRequest, presented: String?, status: Int = 200) -> HTTPResponse {
        guard presented != token else {
            return HTTPResponse(status: status, head: TicketCookie.head, body: json)
        }
        let headers = TicketCookie.noStore + [TicketCookie.header(token, request)]
        return .json(status, json, headers: headers)
    }
}

/// The ticket as browsers keep it.
enum TicketCookie {
    static let name = "onsale_ticket"
    static let noStore = [HTTPHeader("Cache-Control", "no-store")]
    /// Of a ticket that is the visitor's already.
    static let head = HTTPHead(contentType: "application/json", headers: noStore)
    /// A line may last a day.
    private static let maxAgeSeconds = 86_400

    private static let start = "\(name)="
    private static let end = "; Max-Age=\(maxAgeSeconds); Path=/; HttpOnly; SameSite=Lax"
    private static let endOverTLS = "\(end); Secure"

    static func header(_ token: String, _ request: HTTPRequest) -> HTTPHeader {
        let end = isOverTLS(request) ? endOverTLS : end
        // Of every newcomer: interpolated it takes 5,200 instructions.
        var text = start
        text.reserveCapacity(start.utf8.count + token.utf8.count + end.utf8.count)
        text += token
        text += end
        return HTTPHeader("Set-Cookie", text)
    }

    static func removal(_ request: HTTPRequest) -> HTTPHeader {
        cookie("\(name)=; Max-Age=0", request)
    }

    static func cookie(_ text: String, path: String = "/", _ request: HTTPRequest) -> HTTPHeader {
        let secure = isOverTLS(request) ? "; Secure" : ""
        return HTTPHeader("Set-Cookie", "\(text); Path=\(path); HttpOnly; SameSite=Lax\(secure)")
    }

    /// Whether the proxy in front says so: then the cookie is `Secure`.
    private static func isOverTLS(_ request: HTTPRequest) -> Bool {
        request.header("X-Forwarded-Proto")?.lowercased() == "https"
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
