import Engines
import HTTP
import JSON
import Site

/// What operators and their tools ask of the server as a whole.
package final class OperatingHandlers: Handlers {
    package let site: Site
    let status: ServerStatus
    /// The part of `/metrics` that tells of each room.
    let roomMetrics: SecondOld<[UInt8]>

    package init(site: Site, status: ServerStatus) {
        self.site = site
        self.status = status
        roomMetrics = .single(on: site.loop) {
            MetricsText(rooms: await status.roomReports()).bytes
        }
    }
}

extension OperatingHandlers {
    /// Every path that it answers.
    package static let table: [Route<OperatingHandlers>] = [
        Route(.get, "/healthz") { $0.healthz },
        Route(.get, "/readyz") { $0.readyz },
        Route(.get, "/metrics") { $0.metrics },
        Route(.get, "/.well-known/jwks.json") { $0.jwks },
    ]
    package static let openAPI: String? = "Operating/openapi.json"
    package static let assets = [PageAsset.openAPI]

    /// `GET /healthz`: the process lives.
    func healthz(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        .json(200, Array(#"{"status":"ok"}"#.utf8), headers: CacheControl.noStore)
    }

    /// `GET /readyz`: the process can serve, or why it cannot.
    func readyz(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let readiness = await status.readiness()
        var json = JSONWriter()
        json.beginObject()
        json.field("status", readiness.status)
        json.beginArray("reasons")
        for reason in readiness.obstacles + readiness.doubts { json.element(reason) }
        json.endArray()
        json.endObject()
        guard readiness.obstacles.isEmpty else {
            let retry = HTTPHeader("Retry-After", "1")
            return .json(503, json.bytes, headers: CacheControl.noStore + [retry])
        }
        return .json(200, json.bytes, headers: CacheControl.noStore)
    }

    /// `GET /.well-known/jwks.json`: the key that checks passes (RFC 7517).
    func jwks(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        .json(200, status.jwks, headers: [HTTPHeader("Cache-Control", "public, max-age=300")])
    }

    /// `GET /metrics`: Prometheus text format 0.0.4.
    func metrics(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let measured = MetricsText(await status.measure()).bytes
        let rooms = try await stored { () async throws(StoreError) in
            try await self.roomMetrics.value(.only)
        }
        return HTTPResponse(
            status: 200,
            headers: [HTTPHeader("Content-Type", "text/plain; version=0.0.4")],
            body: measured + rooms
        )
    }
}
