import Capability
import Crypto
import Engines
import HTTP
import JSON
import Site

/// What operators and their tools ask of the server as a whole.
package final class OperatingHandlers: Capability {
    package let site: Site
    let status: ServerStatus
    let passKeys: [UInt8]

    package init(in context: LoopContext) {
        site = context.site
        status = context[ServerStatus.self]
        passKeys = context.process.passKey.jwks()
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

    /// `GET /readyz`: visitors may be sent here, or why not; `?for=` asks of one `Readiness.Part`.
    func readyz(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        let part = try part(request)
        let readiness = await status.readiness()
        var json = JSONWriter()
        json.beginObject()
        json.field("status", readiness.status(for: part).rawValue)
        json.beginArray("reasons")
        for code in readiness.codes { json.element(code) }
        json.endArray()
        json.endObject()
        guard readiness.serves(part) else {
            let retry = HTTPHeader("Retry-After", "1")
            return .json(503, json.bytes, headers: CacheControl.noStore + [retry])
        }
        return .json(200, json.bytes, headers: CacheControl.noStore)
    }

    private func part(_ request: HTTPRequest) throws(Refusal) -> Readiness.Part? {
        guard let text = try argument(request, "for") else { return nil }
        guard let part = Readiness.Part(rawValue: text) else {
            throw .invalidRequest(field: "for", reason: "must be line or sales")
        }
        return part
    }

    /// `GET /.well-known/jwks.json`: the key that checks passes (RFC 7517).
    func jwks(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        .json(200, passKeys, headers: [HTTPHeader("Cache-Control", "public, max-age=300")])
    }

    /// `GET /metrics`: Prometheus text format 0.0.4.
    func metrics(_ request: HTTPRequest) async throws(Refusal) -> HTTPResponse {
        var text = MetricsText(await status.measure())
        let loops = await status.loops()
        for capability in Capabilities.all {
            let part = try await stored { () async throws(StoreError) in
                try await capability.metrics(loops)
            }
            text.append(part)
        }
        return HTTPResponse(
            status: 200,
            headers: [HTTPHeader("Content-Type", "text/plain; version=0.0.4")],
            body: text.bytes
        )
    }
}
