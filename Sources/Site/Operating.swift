import HTTP
import JSON
import Store

extension Web {
    /// `GET /healthz`: the process lives.
    func healthz(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        .json(200, Array(#"{"status":"ok"}"#.utf8), headers: CacheControl.noStore)
    }

    /// `GET /readyz`: the process can serve, or why it cannot.
    func readyz(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let readiness = await site.readiness()
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
        .json(200, site.jwks, headers: [HTTPHeader("Cache-Control", "public, max-age=300")])
    }

    /// `GET /metrics`: Prometheus text format 0.0.4.
    func metrics(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let measured = MetricsText(await site.measure()).bytes
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
