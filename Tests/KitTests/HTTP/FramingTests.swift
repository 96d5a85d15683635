import EventLoop
import HTTP
import TestGate
import Testing

/// Requests that two readers might read in two ways (RFC 9112) are refused, and nothing behind them
/// is read.
@Suite(.alone) struct FramingTests {
    private func serve(_ body: (TestServer, TestClient) async throws -> Void) async throws {
        try await TestServer.run(
            routes: { loop in
                [
                    HTTPRoute(.get, "/hello") { text(200, "hi \($0.path)") },
                    HTTPRoute(.post, "/echo") { HTTPResponse(status: 200, body: $0.body) },
                    HTTPRoute(.get, "/door") { _ in text(200, "in") }.ignoringBody(),
                    HTTPRoute(.get, "/slow-door") { _ in
                        await loop.sleep(ms: 1)
                        return text(200, "in")
                    }.ignoringBody(),
                ]
            },
            { try await body($0, try $0.client()) }
        )
    }

    @Test(arguments: [
        "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        "Content-Length: 5\r\nContent-Length: 0\r\n\r\nhello",
        "Content-Length: 5, 5\r\n\r\nhello",
        "Content-Length: +5\r\n\r\nhello",
        "Content-Length: -5\r\n\r\nhello",
        "Content-Length : 5\r\n\r\nhello",
        "Content-Length\t: 5\r\n\r\nhello",
        "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: identity\r\n\r\n", "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding:\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        "Host: other\r\nContent-Length: 0\r\n\r\n", "Host: t\r\nContent-Length: 0\r\n\r\n",
        "X-Any : 1\r\nContent-Length: 0\r\n\r\n",
    ])
    func aRequestWithTwoReadingsIsRefused(rest: String) async throws {
        try await serve { _, client in
            client.send("POST /echo HTTP/1.1\r\nHost: t\r\n" + rest)
            client.send("GET /hello HTTP/1.1\r\nHost: t\r\n\r\n")
            #expect(client.answer()?.status == 400, "\(rest)")
            #expect(client.seesEnd())
            // No second head.
            let more = String(decoding: client.received, as: UTF8.self)
            #expect(!more.contains("HTTP/1.1"), "\(rest)")
        }
    }

    @Test func chunksInHTTP10AreRefused() async throws {
        try await serve { _, client in
            client.send("POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
            #expect(client.answer()?.status == 400)
            #expect(client.seesEnd())
        }
    }

    @Test(arguments: ["/door", "/slow-door"])
    func aDoorAnswersWithoutTheBodyThatIsAnnounced(path: String) async throws {
        try await serve { server, _ in
            for length in ["Content-Length: 10", "Transfer-Encoding: chunked"] {
                let client = try server.client()
                client.send("GET \(path) HTTP/1.1\r\nHost: t\r\n\(length)\r\n\r\n")
                let answer = client.answer()
                #expect(answer?.status == 200 && answer?.body == "in", "\(length)")
                #expect(answer?.header("Connection")?.lowercased() == "close")
                #expect(client.seesEnd())
            }
            let client = try server.client()
            #expect(client.request("GET", path)?.body == "in")
            #expect(client.request("GET", path)?.body == "in")
        }
    }

    @Test(arguments: [
        "http://host/hello", "http://host:80/hello?a=1", "HTTP://h/hello", "https://[::1]:1/hello",
    ])
    func anAbsoluteTargetIsItsPath(target: String) async throws {
        try await serve { _, client in
            #expect(client.request("GET", target)?.body == "hi /hello")
            #expect(client.request("GET", "http://host")?.status == 404)
            #expect(client.request("GET", "ftp://host/hello")?.status == 404)
        }
    }
}
