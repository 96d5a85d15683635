import TestGate
import Testing

@testable import HTTP

/// Heads that one reader takes for one thing and another for something else (RFC 9112, 2.2 and 5;
/// RFC 9110, 5.5) are refused with one answer, and nothing behind them is read: as the first
/// request of a connection, as the second, and when they come in pieces.
@Suite(.alone) struct HeadTests {
    enum Arrival: CaseIterable { case first, second, inPieces }

    private static let line = "POST /echo HTTP/1.1\r\n"
    private static let good = "GET /hello HTTP/1.1\r\nHost: t\r\n\r\n"

    private func serve(
        _ configure: (inout HTTPConfiguration) -> Void = { _ in },
        _ body: (TestServer) async throws -> Void
    ) async throws {
        try await TestServer.run(
            configure,
            routes: { _ in
                [
                    HTTPRoute(.get, "/hello") { text(200, $0.query("a") ?? "hi") },
                    HTTPRoute(.post, "/echo") { HTTPResponse(status: 200, body: $0.body) },
                    HTTPRoute(.get, "/header") { text(200, $0.header("X-A") ?? "-") },
                ]
            },
            body
        )
    }

    /// Sends `head` and answers everything that came back until the end.
    private func send(_ head: String, _ arrival: Arrival, to server: TestServer) async throws
        -> TestClient
    {
        let client = try server.client()
        if arrival == .second { #expect(client.request("GET", "/hello")?.status == 200) }
        guard arrival == .inPieces else {
            client.send(head)
            return client
        }
        let bytes = Array(head.utf8)
        let step = max(1, bytes.count / 16)
        for start in stride(from: 0, to: bytes.count, by: step) {
            client.send(Array(bytes[start..<min(start + step, bytes.count)]))
            // The server has read them.
            _ = await server.server.statistics()
            await server.onLoop {}
        }
        return client
    }

    private func expectRefusal(_ head: String, status: Int = 400) async throws {
        try await serve { server in
            for arrival in Arrival.allCases {
                let client = try await send(head + Self.good, arrival, to: server)
                let answer = client.answer()
                #expect(answer?.status == status, "\(head) \(arrival)")
                #expect(answer?.header("Content-Type") == "application/problem+json", "\(head)")
                #expect(answer?.header("Connection")?.lowercased() == "close", "\(head)")
                #expect(client.seesEnd(), "\(head) \(arrival)")
                #expect(client.received.isEmpty, "\(head) \(arrival)")
            }
        }
    }

    @Test(arguments: [
        "Transfer-Encoding: chunked\0, gzip\r\n\r\n0\r\n\r\n",
        "Content-Length: 3\0 9\r\n\r\nabcdefghi", "X-User-Id: ann\0\r\n\r\n",
        "Authorization: Bearer KEY\0zzz\r\n\r\n", "X-A: \0\r\n\r\n", "X-A: b\0\0\r\n\r\n",
        "X-A: b\r\n\0X-B: c\r\n\r\n", "X-A: b\r\n\0\r\n", "\0X-A: b\r\n\r\n",
    ])
    func aValueThatIsCutByANulIsRefused(rest: String) async throws {
        try await expectRefusal(Self.line + "Host: t\r\n" + rest)
    }

    @Test(arguments: [
        "X-A: b\rc\r\n\r\n", "X-A: b\r\r\n\r\n", "X-A: b\u{1}\r\n\r\n", "X-A: \u{7F}\r\n\r\n",
        ": x\r\n\r\n", "X-\u{2}A: b\r\n\r\n", "X-(A): b\r\n\r\n", "X-\u{E4}: b\r\n\r\n",
    ])
    func aCharacterThatNoHeaderHasIsRefused(rest: String) async throws {
        try await expectRefusal(Self.line + "Host: t\r\n" + rest)
    }

    @Test(arguments: [
        "POST /echo HTTP/1.1\nHost: t\r\n\r\n", "POST /echo HTTP/1.1\r\nHost: t\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: t\r\n\n", "POST /echo HTTP/1.1\r\nHost: t\nX-A: b\r\n\r\n",
        "POST /echo HTTP/1.1\nHost: t\n\n",
    ])
    func aLineThatEndsWithLFAloneIsRefused(head: String) async throws {
        try await expectRefusal(head)
    }

    @Test(arguments: [
        "Host: t\r\nX-A: b\r\n c\r\n\r\n", "Host: t\r\nX-A: b\r\n\tc\r\n\r\n",
        "Host: t\r\nContent-Length: 1\r\n 2\r\n\r\nabcdefghijkl", "Host: t\r\n \r\n\r\n",
        "Host:\r\n t\r\n\r\n", " X-A: b\r\nHost: t\r\n\r\n", "Host: t\r\nX-A: b\r\n : c\r\n\r\n",
    ])
    func aFoldedLineIsRefused(rest: String) async throws {
        try await expectRefusal(Self.line + rest)
    }

    @Test(arguments: [
        "GET /hello\0 HTTP/1.1", "GET /hello?a=1\0b HTTP/1.1", "GET /hello?a\0=1&b=2 HTTP/1.1",
        "GET /hello\0HTTP/1.1\0\0 HTTP/1.1", "GET /hel\u{1}lo HTTP/1.1",
        "GET /hello\u{7F} HTTP/1.1",
        "GET /hello?a=\u{1} HTTP/1.1", "GET /hello\t HTTP/1.1", "GET /hello?a=\tb HTTP/1.1",
        "GET /hello a HTTP/1.1", "GET /hello?a=1 2 HTTP/1.1", "GET  /hello HTTP/1.1",
        "G\0ET /hello HTTP/1.1", "GET\0 /hello HTTP/1.1", "GET /hello\r HTTP/1.1",
    ])
    func aTargetThatIsNoneIsRefused(line: String) async throws {
        try await expectRefusal(line + "\r\nHost: t\r\n\r\n")
    }

    /// libmicrohttpd's own answer to these had two heads.
    @Test(arguments: [
        "abc", "+12", "12, 12", "-1", "", "1 2", "12;", "0x1", "1_0", "12 ", "\u{661}",
    ])
    func aLengthThatIsNoNumberIsRefused(length: String) async throws {
        try await expectRefusal(
            Self.line + "Host: t\r\nContent-Length: \(length)\r\n\r\nabcdefghijkl"
        )
    }

    @Test(arguments: ["18446744073709551628", "99999999999999999999999999999999"])
    func aLengthThatNobodyCountsIsRefused(length: String) async throws {
        try await expectRefusal(
            Self.line + "Host: t\r\nContent-Length: \(length)\r\n\r\nabcdefghijkl",
            status: 413
        )
    }

    @Test func aRequestNeedsAHost() async throws {
        try await expectRefusal("POST /echo HTTP/1.1\r\nX-A: b\r\n\r\n")
        try await expectRefusal("POST /echo HTTP/1.1\r\n\r\n")
        try await expectRefusal("POST /echo HTTP/1.1\r\nX-A: b\r\nContent-Length: a\r\n\r\n")
        try await serve { server in
            let client = try server.client()
            client.send("GET /hello HTTP/1.0\r\n\r\n")
            #expect(client.answer()?.status == 200)
        }
    }

    @Test(arguments: [
        "GE(T", "\"GET", "G\u{E9}T", "GET,", "G@T", "GE:T", "[GET]", "{", "GE\\T", "GE/T",
    ])
    func aMethodThatIsNoTokenIsRefused(method: String) async throws {
        try await expectRefusal(method + " /hello HTTP/1.1\r\nHost: t\r\n\r\n")
        try await expectRefusal(method + " /nowhere HTTP/1.1\r\nHost: t\r\n\r\n")
    }

    @Test(arguments: [
        "a b", "a\tb", "a/b", "/", "u@a", "<a", "a>", "\"a\"", "a\\b", "a#b", "a?b", "a^", "`a",
        "{a}", "a|b", "\u{E9}", "a, b",
    ])
    func aHostThatIsNoneIsRefused(host: String) async throws {
        try await expectRefusal("GET /hello HTTP/1.1\r\nHost: \(host)\r\n\r\n")
        try await expectRefusal("GET /hello HTTP/1.0\r\nHost: \(host)\r\n\r\n")
    }

    @Test(arguments: [
        "t:8080", "[::1]:80", "[v1.a:b]", "A-z.example.", "a_b~%C3%A9", "!$&'()*+,;=", "1.2.3.4",
    ])
    func aHostOfAnyKindPasses(host: String) async throws {
        try await serve { server in
            let client = try server.client()
            client.send("GET /hello HTTP/1.1\r\nHost: \(host)\r\n\r\n")
            #expect(client.answer()?.status == 200, "\(host)")
        }
    }

    /// While others have sent a part of their heads, the one that is refused is the one at fault.
    @Test func onlyTheOneAtFaultIsRefused() async throws {
        try await serve { server in
            let others = try (0..<8).map { _ in try server.client() }
            let begin = "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: "
            for client in others { client.send(begin) }
            await server.onLoop {}
            let bad = others[3]
            bad.send("x\r\n\r\n")
            #expect(bad.answer()?.status == 400)
            #expect(bad.seesEnd())
            for client in others where client !== bad {
                client.send("2\r\n\r\nok")
                #expect(client.answer()?.body == "ok")
            }
            let routes = await server.server.statistics().routes
            #expect(routes.last?.countByClass == [0, 0, 0, 1, 0])
        }
    }

    /// What is no HTTP that libmicrohttpd knows it answers by itself: one head, and the end.
    @Test(arguments: [
        ("GET\r\n\r\n", nil), ("GET /hello\r\n\r\n", 400),
        ("GET /hello HTTP/2.0\r\n\r\n", 505), ("GET /hello HTTP/0.9\r\n\r\n", 505),
        ("GET /hello HTTP/1.1 \r\nHost: t\r\n\r\n", 400), ("GET /hello HTTX/1.1\r\n\r\n", 400),
        ("GET /hello HTTP/1.1\r\nHost: t\r\nX-A\r\n\r\n", 400),
        ("GET /hello HTTP/1.1\r\nHost: t\r\nX-\0A: b\r\n\r\n", 400),
    ])
    func whatIsNoRequestGetsOneAnswer(head: String, status: Int?) async throws {
        try await serve { server in
            for arrival in Arrival.allCases {
                let client = try await send(head, arrival, to: server)
                #expect(client.answer()?.status == status, "\(head) \(arrival)")
                #expect(client.seesEnd(), "\(head) \(arrival)")
                #expect(client.received.isEmpty, "\(head) \(arrival)")
            }
        }
    }

    @Test(arguments: [
        ("GET /header HTTP/1.1\r\nHost: t\r\nX-A: b \u{E4}\tc\r\n\r\n", "b \u{E4}\tc"),
        ("GET /header HTTP/1.1\r\nHost:t\r\nX-A:\t b\r\nX-B:\r\n\r\n", "b"),
        ("GET /header HTTP/1.1\r\nHost: t\r\nX-A:\r\n\r\n", ""),
        ("GET /header HTTP/1.1\r\nHost:\r\nX-Z!#$%&'*+-.^_`|~9: z\r\n\r\n", "-"),
        ("GET /header?x&&=z&a=%00 HTTP/1.1\r\nHost: t\r\nCookie: a=b; c\r\nX-A: 1\r\n\r\n", "1"),
        ("GET /hello?a=b+c&d=%20 HTTP/1.1\r\nHost: t\r\nCookie: \"\r\n\r\n", "b c"),
        ("GET http://t/hello HTTP/1.1\r\nHost: t\r\n\r\n", "hi"),
        ("\r\nGET /hello HTTP/1.1\r\nHost: t\r\n\r\n", "hi"), ("GET /hello HTTP/1.0\r\n\r\n", "hi"),
        ("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 4\r\n\r\n\0\r\nx", "\0\r\nx"),
        ("POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n", ""),
    ])
    func whatIsOddButCleanPasses(head: String, body: String) async throws {
        try await serve { server in
            for arrival in Arrival.allCases {
                let client = try await send(head, arrival, to: server)
                let answer = client.answer()
                #expect(answer?.status == 200 && answer?.body == body, "\(head) \(arrival)")
            }
        }
    }

    /// libmicrohttpd's buffer grows while such a head comes in.
    @Test func aLongHeadPassesHoweverItComes() async throws {
        let many = (0..<150).map { "X-Many-\($0): \(String(repeating: "v", count: 64))\r\n" }
        let head = "GET /hello?a=\(String(repeating: "q", count: 2_000)) HTTP/1.1\r\nHost: t\r\n"
        try await serve({ $0.connectionMemoryBytes = 65_536 }) { server in
            for arrival in Arrival.allCases {
                let whole = head + many.joined() + "\r\n"
                let client = try await send(whole, arrival, to: server)
                #expect(client.answer()?.status == 200, "\(arrival)")
            }
        }
    }
}
