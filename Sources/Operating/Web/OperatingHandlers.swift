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
