import HTTP
import TestGate
import Testing

/// What is the value of a header, and which headers may stand once.
@Suite(.alone) struct HeaderValueTests {
    private func serve(_ body: (TestServer) async throws -> Void) async throws {
        try await TestServer.run(
            routes: { _ in
                [
                    HTTPRoute(.get, "/header") { text(200, "<\($0.header("X-A") ?? "-")>") },
                    HTTPRoute(.get, "/list") { text(200, "<\($0.list("X-A") ?? "-")>") },
                    HTTPRoute(.get, "/cookie") {
                        text(200, "<\($0.cookies("c").joined(separator: "|"))>")
                    },
                    HTTPRoute(.post, "/echo") { HTTPResponse(status: 200, body: $0.body) },
                ]
            },
            body
        )
    }

    /// A proxy may cut them, and `key` and `key ` are one key (RFC 9110, 5.5).
    @Test(arguments: [
        ("/header", "X-A: b ", "<b>"), ("/header", "X-A: b\t", "<b>"),
        ("/header", "X-A:\t b \tc \t \t", "<b \tc>"), ("/header", "X-A: \t ", "<>"),
        ("/header", "X-A:b \r\nX-B: c ", "<b>"), ("/list", "X-A: b \r\nX-A:  c\t", "<b,c>"),
        ("/cookie", "Cookie: c=1 ; c=\"2\"\t", "<1|2>"), ("/header", "Host: t \t", "<->"),
    ])
    func blanksAroundAValueAreNoPartOfIt(path: String, lines: String, body: String) async throws {
        try await serve { server in
            let host = lines.hasPrefix("Host") ? "" : "Host: t\r\n"
            let head = "GET \(path) HTTP/1.1\r\n\(host)\(lines)\r\n\r\n"
            let client = try server.client()
            // One connection: libmicrohttpd uses its memory again.
            for _ in 0..<2 {
                client.send(head)
                #expect(client.answer()?.body == body, "\(lines)")
            }
            let slow = try server.client()
            for byte in head.utf8 {
                slow.send([byte])
                await server.onLoop {}
            }
            #expect(slow.answer()?.body == body, "\(lines), in pieces")
        }
    }

    /// A client that waits for "100 Continue" sends nothing without it.
    @Test func anExpectationMayHaveABlankBehindIt() async throws {
        try await serve { server in
            let client = try server.client()
            let lines = "Content-Length: 2\r\nExpect: 100-continue \r\n"
            client.send("POST /echo HTTP/1.1\r\nHost: t\r\n\(lines)\r\n")
            #expect(client.answer()?.status == 100)
            client.send("ok")
            #expect(client.answer()?.body == "ok")
        }
    }

    /// libmicrohttpd has read these before anybody can cut them, and has not understood them. They
    /// are never taken for what it did not read.
    @Test(arguments: [
        "Content-Length: 12 ", "Content-Length: 12\t", "Transfer-Encoding: chunked ",
        "Transfer-Encoding: chunked\t",
    ])
    func aLengthWithABlankBehindItIsRefused(line: String) async throws {
        try await serve { server in
            let client = try server.client()
            let inside = "GET /header HTTP/1.1\r\nHost: t\r\n\r\n"
            client.send("POST /echo HTTP/1.1\r\nHost: t\r\n\(line)\r\n\r\n0\r\n\r\n\(inside)")
            #expect(client.answer()?.status == 400, "\(line)")
            #expect(client.seesEnd())
            #expect(client.received.isEmpty)
        }
    }

    /// One reader takes the first one, another the last one.
    @Test(arguments: [
        "Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID", "Onsale-Ticket",
        "Origin", "Sec-Fetch-Mode", "Sec-Fetch-Site", "X-Forwarded-Method", "X-Forwarded-Uri",
        "X-User-Id",
    ])
    func aHeaderThatMayStandOnceIsRefusedTwice(name: String) async throws {
        try await serve { server in
            for second in [name, name.lowercased(), name.uppercased()] {
                for value in ["a", "b", ""] {
                    let client = try server.client()
                    let lines = "\(name): a\r\nX-A: x\r\n\(second): \(value)\r\n"
                    #expect(client.request("GET", "/header", headers: lines)?.status == 400)
                    #expect(client.seesEnd(), "\(second)")
                }
            }
            let client = try server.client()
            let others = "\(name)s: a\r\n\(name): a\r\nZ\(name.dropFirst()): b\r\n"
            #expect(client.request("GET", "/header", headers: others)?.status == 200, "\(name)")
        }
    }

    @Test(arguments: [
        "Accept", "Accept-Language", "Cookie", "If-Match", "Via", "X-Forwarded-For",
        "X-Forwarded-Proto", "X-Any", "A", "Sec-Fetch-Dest", "Some-Header-With-A-Long-Name",
    ])
    func aListMayStandOnSeveralLines(name: String) async throws {
        try await serve { server in
            let client = try server.client()
            let lines = "\(name): a\r\n\(name): b\r\n"
            #expect(client.request("GET", "/header", headers: lines)?.status == 200)
        }
    }
}
