import Glibc
import TestGate
import Testing

@testable import HTTP
@testable import TestKit

@Suite(.alone) struct LimitsTests {
    private static let routes: [HTTPRoute] = [
        HTTPRoute(.get, "/hello") { _ in HTTPResponse(status: 200, body: [104, 105]) },
        HTTPRoute(.get, "/large") { _ in
            HTTPResponse(status: 200, body: [UInt8](repeating: 120, count: 30_000_000))
        },
        HTTPRoute(.post, "/echo") { HTTPResponse(status: 200, body: $0.body) },
    ]

    private func serve(
        _ configure: (inout HTTPConfiguration) -> Void = { _ in },
        _ body: (TestServer, TestClient) async throws -> Void
    ) async throws {
        try await TestServer.run(configure, routes: { _ in Self.routes }) { server in
            try await body(server, try server.client())
        }
    }

    private func milliseconds() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000 + time.tv_nsec / 1_000_000
    }

    @Test func aBodyThatAnnouncesTooMuchIsRefusedBeforeItIsRead() async throws {
        try await serve { server, client in
            client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 9000000000\r\n\r\n")
            let answer = client.answer()
            #expect(answer?.status == 413)
            #expect(answer?.body.contains("payload_too_large") == true)
            #expect(client.seesEnd())
            let route = await server.server.statistics().routes[2]
            #expect(route.countByClass == [0, 0, 0, 1, 0])
        }
    }

    @Test func aBodyAtTheLimitPassesAndOneByteMoreDoesNot() async throws {
        try await serve({ $0.bodyMaxBytes = 1_000 }) { server, client in
            let body = String(repeating: "x", count: 1_000)
            #expect(client.request("POST", "/echo", body: body)?.body == body)
            #expect(client.request("POST", "/echo", body: body + "x")?.status == 413)
            #expect(client.seesEnd())
        }
    }

    @Test func whoAsksBeforeSendingTooMuchIsRefused() async throws {
        try await serve { _, client in
            let head = "POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 70000\r\n"
            client.send(head + "Expect: 100-continue\r\n\r\n")
            #expect(client.answer()?.status == 413)
            #expect(client.seesEnd())
        }
    }

    @Test func aChunkedBodyIsRefusedWhenItGrowsTooLong() async throws {
        try await serve { _, client in
            client.send("POST /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n")
            let chunk = "1000\r\n" + String(repeating: "x", count: 4_096) + "\r\n"
            var sent = 0
            // Endless: the server has to end it.
            while sent < 100_000_000, client.send(chunk) { sent += 4_096 }
            #expect(sent < 100_000_000)
            #expect(client.answer()?.status == 413)
        }
    }

    @Test func anUnwantedBodyIsBoundedToo() async throws {
        try await serve { _, client in
            client.send("PUT /echo HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n")
            let chunk = "1000\r\n" + String(repeating: "x", count: 4_096) + "\r\n"
            for _ in 0..<17 { client.send(chunk) }
            #expect(client.answer()?.status == 413)
        }
    }

    @Test func headersThatAreTooLongAreAnswered() async throws {
        try await serve({ $0.connectionMemoryBytes = 8_192 }) { server, client in
            let long = String(repeating: "x", count: 20_000)
            let answer = client.request("GET", "/hello", headers: "X-Long: \(long)\r\n")
            #expect(answer?.status == 431)
            #expect(client.seesEnd())
            try #expect(server.client().request("GET", "/hello")?.status == 200)
        }
    }

    /// Others' cookies on the same host, and what a browser sends besides.
    @Test func eightKilobytesOfCookiesPass() async throws {
        try await serve { server, _ in
            let agent = "User-Agent: Mozilla/5.0 " + String(repeating: "a", count: 200) + "\r\n"
            let token = "Authorization: Bearer " + String(repeating: "t", count: 1_500) + "\r\n"
            let usual = (0..<12).map {
                "X-Usual-\($0): " + String(repeating: "u", count: 60) + "\r\n"
            }
            let headers = agent + token + usual.joined()
            let one = String(repeating: "c", count: 8_189)
            let many = (0..<70).map { "c\($0)=" + String(repeating: "v", count: 111) }
            for cookies in ["a=" + one, many.joined(separator: "; ")] {
                let client = try server.client()
                for _ in 0..<3 {
                    let answer = client.request(
                        "GET",
                        "/hello",
                        headers: headers + "Cookie: \(cookies)\r\n"
                    )
                    #expect(answer?.status == 200, "\(cookies.utf8.count)")
                }
            }
        }
    }

    @Test func headersThatDripAreCut() async throws {
        try await serve({ $0.headerTimeoutMs = 200 }) { server, client in
            let began = milliseconds()
            client.send("GET /hello HTTP/1.1\r\nX: ")
            var isOpen = true
            while isOpen, milliseconds() - began < 5_000 {
                isOpen = client.send("y")
                usleep(5_000)
            }
            #expect(!isOpen)
            #expect(milliseconds() - began < 2_000)
            #expect(await server.server.statistics().cutTotal == 1)
        }
    }

    @Test func headersThatDripOnAUsedConnectionAreCut() async throws {
        try await serve({
            $0.headerTimeoutMs = 100
            $0.idleTimeoutSeconds = 1
        }) { server, client in
            #expect(client.request("GET", "/hello")?.status == 200)
            let began = milliseconds()
            client.send("GET /hello HTTP/1.1\r\nX: ")
            while client.send("y"), milliseconds() - began < 5_000 { usleep(5_000) }
            #expect(milliseconds() - began < 3_000)
            #expect(await server.server.statistics().cutTotal == 1)
        }
    }

    @Test func aBodyThatDripsIsCut() async throws {
        try await serve({ $0.bodyTimeoutMs = 200 }) { server, client in
            let began = milliseconds()
            client.send("POST /echo HTTP/1.1\r\nHost: t\r\nContent-Length: 60000\r\n\r\n")
            while client.send("y"), milliseconds() - began < 5_000 { usleep(5_000) }
            #expect(milliseconds() - began < 2_000)
            #expect(await server.server.statistics().cutTotal == 1)
        }
    }

    @Test func aClientThatDoesNotTakeItsAnswerIsCut() async throws {
        try await serve({ $0.answerTimeoutMs = 200 }) { server, client in
            client.send("GET /large HTTP/1.1\r\nHost: t\r\n\r\n")
            #expect(await eventually { await server.server.statistics().cutTotal == 1 })
            #expect(
                await eventually { await server.server.statistics().connectionsOpen == 0 }
            )
        }
    }

    @Test func aSilentConnectionIsClosed() async throws {
        try await serve({ $0.idleTimeoutSeconds = 1 }) { server, client in
            #expect(client.request("GET", "/hello")?.status == 200)
            let began = milliseconds()
            #expect(client.seesEnd())
            #expect(milliseconds() - began < 4_000)
        }
    }

    @Test func connectionsOverTheLimitAreRefused() async throws {
        try await serve({ $0.connectionsMax = 2 }) { server, client in
            #expect(client.request("GET", "/hello")?.status == 200)
            let second = try server.client()
            #expect(second.request("GET", "/hello")?.status == 200)
            try #expect(server.client().seesEnd())
            #expect(await server.server.statistics().refusedTotal == 1)
            second.hangUp()
            #expect(
                await eventually { await server.server.statistics().connectionsOpen == 1 }
            )
            try #expect(server.client().request("GET", "/hello")?.status == 200)
        }
    }

    @Test func connectionsOfOneAddressAreLimited() async throws {
        // Of a proxy, each connection is asked first whose it is.
        let proxies = try #require(NetworkRanges("10.0.0.0/8"))
        try await serve({
            $0.connectionsPerAddressMax = 1
            $0.trustedProxies = proxies
        }) { server, client in
            #expect(client.request("GET", "/hello")?.status == 200)
            try #expect(server.client().seesEnd())
            #expect(await server.server.statistics().refusedTotal == 1)
            client.hangUp()
            #expect(
                await eventually { await server.server.statistics().connectionsOpen == 0 }
            )
            try #expect(server.client().request("GET", "/hello")?.status == 200)
        }
    }
}
