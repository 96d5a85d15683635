import HTTP
import Ledger
import Site

/// Streams the events of the outbox to the operator.
package final class EventHandlers: Handlers {
    package let site: Site
    let liveEvents: LiveEvents

    init(site: Site, outbox: OutboxEvents) {
        self.site = site
        liveEvents = LiveEvents(outbox: outbox, on: site.loop)
    }

    /// Begins to look after live streams.
    package func start() async { await liveEvents.start() }
}

extension EventHandlers {
    /// Every path that it answers.
    package static let table: [Route<EventHandlers>] = [
        Route(.get, "/admin/v1/events") { $0.events }
    ]
    package static let openAPI: String? = "Events/openapi.json"

    /// `GET /admin/v1/events?after=N`
    func events(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        try callers.requireOperator(request)
        let after = try argument(request, "after").map { text throws(Refusal) in
            try Self.number(text, named: "after")
        }
        // A reader that lost its connection sends what it has seen, with the address of before.
        let seen = try request.header("Last-Event-ID").map { text throws(Refusal) in
            try Self.number(text, named: "Last-Event-ID")
        }
        let number = seen ?? after ?? 0
        let client = limits.streamClient(request)
        return .events(try await liveEvents.open(after: number, for: client))
    }

    private static func number(_ text: String, named field: String) throws(Refusal) -> Int64 {
        let isPlain = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isPlain, let number = Int64(text) else {
            throw .invalidRequest(field: field, reason: "must be the number of an event, or 0")
        }
        return number
    }
}
