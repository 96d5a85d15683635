import HTTP
import TestGate
import Testing

@Suite(.alone) struct RequestTests {
    private static let routes: [HTTPRoute] = [
        HTTPRoute(.get, "/hello") { _ in text("hello") },
        HTTPRoute(.get, "/rooms/{room}") { text($0.parameter("room") + " " + $0.path) },
        HTTPRoute(.get, "/echo") { request in
            let parts = [
                request.header("x-user-id"), request.query("q"), request.query("flag"),
                request.query("none"), request.cookies("onsale_ticket").first,
            ]
            return text(parts.map { $0 ?? "-" }.joined(separator: "|"))
        },
        HTTPRoute(.get, "/count") { text("\($0.query("q") ?? "-") \($0.queryCount("q"))") },
        HTTPRoute(.get, "/from") { text($0.query(from: "q", bytesMax: 8) ?? "-") },
        HTTPRoute(.post, "/echo") { HTTPResponse(status: 201, body: $0.body) },
        HTTPRoute(.put, "/echo") { HTTPResponse.json(200, $0.body) },
        HTTPRoute(.delete, "/echo") { _ in HTTPResponse(status: 204) },
        HTTPRoute(.get, "/broken") { _ in
            HTTPResponse(status: 200, headers: [HTTPHeader("X-Bad", "a\r\nX-Evil: b")])
        },
    ]

    private func serve(_ body: (TestServer, TestClient) async throws -> Void) async throws {
        try await TestServer.run(routes: { _ in Self.routes }) { server in
            try await body(server, try server.client())
        }
    }

    @Test func aConnectionServesManyRequests() async throws {
        try await serve { server, client in
            for _ in 0..<3 {
                let answer = client.request("GET", "/hello")
                #expect(answer?.status == 200)
                #expect(answer?.body == "hello")
            }
            #expect(await server.server.statistics().connectionsOpen == 1)
        }
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        try await serve { _, client in
            let one = "GET /rooms/one HTTP/1.1\r\nHost: t\r\n\r\n"
            let two = "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n\r\nhi"
            client.send(one + two + one)
            #expect(client.answer()?.body == "one /rooms/one")
            #expect(client.answer()?.body == "hi")
            #expect(client.answer()?.body == "one /rooms/one")
        }
    }

    @Test func aCapturedSegmentIsDecodedAndThePathIsNot() async throws {
        try await serve { _, client in
            let answer = client.request("GET", "/rooms/a%2Fb%20c?x=1")
            #expect(answer?.body == "a/b c /rooms/a%2Fb%20c")
        }
    }

    /// libmicrohttpd's own reading of cookies stumbles over the last.
    @Test(arguments: [
        "onsale_ticket=abc; y=\"a\"", "y=\"; onsale_ticket=abc", "onsale_ticket=abc; y=\"",
    ])
    func aCookieIsFoundBesideOneOfAQuote(_ cookies: String) async throws {
        try await serve { _, client in
            for _ in 0..<2 {
                let answer = client.request("GET", "/echo", headers: "Cookie: \(cookies)\r\n")
                #expect(answer?.body == "-|-|-|-|abc", "\(answer?.status ?? 0)")
            }
        }
    }

    @Test func headersQueryAndCookiesAreFoundOnDemand() async throws {
        try await serve { _, client in
            let answer = client.request(
                "GET",
                "/echo?q=a%26b+c&flag",
                headers: "X-User-Id: u1\r\nCookie: a=b; onsale_ticket=abc.def\r\n"
            )
            #expect(answer?.body == "u1|a&b c||-|abc.def")
        }
    }

    @Test func theRestOfAQueryIsReadAsItWasSent() async throws {
        try await serve { _, client in
            for (query, rest) in [
                ("", "-"), ("?", "-"), ("?x=1", "-"), ("?q", ""), ("?q=", ""), ("?q=%2F", "%2F"),
                ("?x=1&q=/a?b&c", "/a?b&c"), ("?q=12345678", "12345678"), ("?q=123456789", "-"),
            ] {
                #expect(client.request("GET", "/from\(query)")?.body == rest, "\(query)")
            }
        }
    }

    /// `%71` is `q`: who reads the query behind us sees one argument.
    @Test func theNameOfAnArgumentIsDecodedAsItsValueIs() async throws {
        try await serve { _, client in
            for (query, answer) in [
                ("%71=1", "1 1"), ("%51=1", "1 1"), ("%71=1&q=2", "1 2"), ("q=1&%71=2", "1 2"),
                ("%71", " 1"), ("fl%61g=%61", "- 0"), ("%71%00=1", "- 0"), ("%71%=1", "- 0"),
                ("%25%37%31=1", "- 0"), ("%=1&%7=2&%zz=3", "- 0"), ("%71%71%71=1", "- 0"),
            ] {
                #expect(client.request("GET", "/count?\(query)")?.body == answer, "\(query)")
            }
            #expect(client.request("GET", "/echo?fl%61g=%61")?.body == "-|-|a|-|-")
            #expect(client.request("GET", "/from?x=1&%71=/a&%71=b")?.body == "/a&%71=b")
        }
    }

    @Test func headHasTheLengthAndNoBody() async throws {
        try await serve { _, client in
            let answer = client.request("HEAD", "/hello")
            #expect(answer?.status == 200)
            #expect(answer?.header("Content-Length") == "5")
            #expect(client.request("GET", "/hello")?.body == "hello")
        }
    }

    @Test func anUnknownPathIsAProblem() async throws {
        try await serve { _, client in
            let answer = client.request("GET", "/nowhere")
            #expect(answer?.status == 404)
            #expect(answer?.header("Content-Type") == "application/problem+json")
            #expect(answer?.body.contains(#""code":"not_found""#) == true)
            #expect(client.request("POST", "/nowhere", body: "x")?.status == 404)
            #expect(client.request("GET", "/hello")?.status == 200)
        }
    }

    @Test(arguments: ["POST", "PATCH", "OPTIONS", "BREW"])
    func aWrongMethodNamesTheRightOnes(method: String) async throws {
        try await serve { _, client in
            let answer = client.request(method, "/hello", body: "x")
            #expect(answer?.status == 405)
            #expect(answer?.header("Allow") == "GET, HEAD")
            #expect(answer?.body.contains(#""code":"method_not_allowed""#) == true)
        }
    }

    @Test func aServerOnEveryAddressServesBothFamilies() async throws {
        try await TestServer.run(
            { $0.host = "::" },
            routes: { _ in [HTTPRoute(.get, "/hello") { _ in text(200, "hi") }] },
            { server in
                // The client connects to 127.0.0.1.
                let client = try server.client()
                #expect(client.request("GET", "/hello")?.body == "hi")
            }
        )
    }

    @Test func bodiesComeWhole() async throws {
        try await serve { _, client in
            let body = String(repeating: "0123456789", count: 6_000)
            #expect(client.request("POST", "/echo", body: body)?.body == body)
            let put = client.request("PUT", "/echo", body: "{}")
            #expect(put?.header("Content-Type") == "application/json")
            #expect(client.request("DELETE", "/echo")?.status == 204)
        }
    }

    @Test func aChunkedBodyComesWhole() async throws {
        try await serve { _, client in
            client.send("POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n")
            client.send("3\r\nabc\r\n")
            client.send("2\r\nde\r\n0\r\n\r\n")
            #expect(client.answer()?.body == "abcde")
            #expect(client.request("GET", "/hello")?.status == 200)
        }
    }

    @Test func whoAsksBeforeSendingIsToldToContinue() async throws {
        try await serve { _, client in
            let head = "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n"
            client.send(head + "Expect: 100-continue\r\n\r\n")
            #expect(client.answer()?.status == 100)
            client.send("ok")
            let answer = client.answer()
            #expect(answer?.status == 201)
            #expect(answer?.body == "ok")
        }
    }

    @Test func twoLengthsInOneRequestAreRefused() async throws {
        try await serve { _, client in
            client.send(
                """
                POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\
                Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /hello HTTP/1.1\r\nHost: t\r\n\r\n
                """
            )
            #expect(client.answer()?.status == 400)
            #expect(client.seesEnd())
            #expect(client.received.isEmpty)
        }
    }

    @Test func aHeaderCannotSmuggleAnother() async throws {
        try await serve { server, client in
            let answer = client.request("GET", "/broken")
            #expect(answer?.status == 500)
            #expect(answer?.head.contains("X-Evil") == false)
            #expect(client.request("GET", "/hello")?.status == 200)
        }
    }

    @Test func aProblemIsEscaped() {
        let problem = HTTPResponse.problem(
            status: 400,
            code: "c",
            title: "a\"b\\",
            detail: "x\ny\u{1}é"
        )
        #expect(
            String(decoding: problem.body, as: UTF8.self)
                == #"{"type":"about:blank","title":"a\"b\\","status":400,"code":"c","#
                + #""detail":"x\ny\u0001é"}"#
        )
    }
}

private func text(_ body: String) -> HTTPResponse {
    HTTPResponse(status: 200, body: Array(body.utf8))
}
