import HTTP
import TestGate
import Testing

/// Answers that are written down once and sent many times.
@Suite(.alone) struct KeptAnswerTests {
    private static let kept = HTTPResponse.json(
        200,
        Array("[1,2]".utf8),
        headers: [HTTPHeader("ETag", "\"x\"")]
    ).kept()

    private static let routes: [HTTPRoute] = [
        HTTPRoute(.get, "/kept") { _ in kept },
        HTTPRoute(.get, "/more") { _ in
            var response = kept
            response.headers.append(HTTPHeader("X-More", "yes"))
            return response
        },
        HTTPRoute(.get, "/once") { request in
            HTTPResponse(status: 200, body: Array((request.query("q") ?? "").utf8)).kept()
        },
        HTTPRoute(.get, "/broken") { _ in
            HTTPResponse(status: 200, headers: [HTTPHeader("X-Bad", "a\r\nX-Evil: b")]).kept()
        },
    ]

    @Test func itIsTheSameForAll() async throws {
        try await TestServer.run(routes: { _ in Self.routes }) { server in
            let clients = try (0..<3).map { _ in try server.client() }
            for client in clients + clients {
                let answer = client.request("GET", "/kept")
                #expect(answer?.status == 200 && answer?.body == "[1,2]")
                #expect(answer?.header("ETag") == "\"x\"")
                #expect(answer?.header("Content-Type") == "application/json")
                let head = client.request("HEAD", "/kept")
                #expect(head?.header("Content-Length") == "5")
            }
            #expect(Self.kept.body == Array("[1,2]".utf8))
        }
    }

    /// What a handler adds is sent, and stays with its answer.
    @Test func whatIsAddedToOneIsItsOwn() async throws {
        try await TestServer.run(routes: { _ in Self.routes }) { server in
            let client = try server.client()
            #expect(client.request("GET", "/more")?.header("X-More") == "yes")
            let answer = client.request("GET", "/kept")
            #expect(answer?.body == "[1,2]" && answer?.header("X-More") == nil)
        }
    }

    /// It lives until it is sent, though nobody else keeps it.
    @Test func itOutlivesItsHandler() async throws {
        try await TestServer.run(routes: { _ in Self.routes }) { server in
            let client = try server.client()
            for round in 0..<50 {
                let text = String(repeating: "\(round % 10)", count: 1_000 * round)
                #expect(
                    client.request("GET", "/once?q=\(text.prefix(2_000))")?.body
                        == String(text.prefix(2_000))
                )
            }
        }
    }

    @Test func aHeaderThatCannotBeWrittenIsAnError() async throws {
        try await TestServer.run(routes: { _ in Self.routes }) { server in
            let client = try server.client()
            #expect(client.request("GET", "/broken")?.status == 500)
        }
    }
}
