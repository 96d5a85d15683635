import HTTP
import JSON
import Site
import Values

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
        json.field("opening", utf8: opening?.utf8)
        json.field("order", order.rawValue)
        json.endObject()
        return json.finish()
    }

    /// Where positions are hidden, so is what would tell how the line moves.
    var shownReason: EstimateReason? {
        show == .hidden && standing.estimateReason != .paused ? nil : standing.estimateReason
    }

    /// The answer to a visitor who came with `presented`: a new ticket also goes into the cookie.
    func response(
        _ request: HTTPRequest,
        _ cookies: Cookies,
        presented: String?,
        status: Int = 200
    ) -> HTTPResponse {
        guard presented != token else {
            return HTTPResponse(status: status, head: TicketCookie.head, body: json)
        }
        let headers =
            CacheControl.noStore + [TicketCookie.header(token, in: room, cookies, request)]
        return .json(status, json, headers: headers)
    }
}
