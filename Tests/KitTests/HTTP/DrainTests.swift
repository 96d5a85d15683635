import EventLoop
import TestGate
import Testing

@testable import HTTP
@testable import TestKit

@Suite(.sideBySide, .timeLimit(.minutes(1))) struct HTTPDrainTests {
    private static let kept = text(200, "kept").kept()
    private static let head = HTTPHead(contentType: "text/plain", headers: [])

    @Test func aDrainingServerServesAndEndsEachConnection() async throws {
        let routes = { (loop: EventLoop) in
            [
                HTTPRoute(.get, "/made") { _ in text(200, "made") },
                // What libmicrohttpd has of these already says nothing of the connection.
                HTTPRoute(.get, "/kept") { _ in Self.kept },
                HTTPRoute(.get, "/lent") { _ in
                    HTTPResponse(status: 200, head: Self.head, body: Array("lent".utf8))
                },
                HTTPRoute(.get, "/live") { _ in
                    let stream = EventStream(on: loop)
                    _ = stream.send(ServerEvent("hello", data: []))
                    return .events(stream)
                },
            ]
        }
        try await TestServer.run(routes: routes) { server in
            let open = try server.client()
            for path in ["/made", "/kept", "/lent"] {
                open.send("GET \(path) HTTP/1.1\r\nHost: t\r\n\r\n")
                #expect(open.answer()?.header("Connection") == nil, "\(path)")
            }
            await server.server.drain()
            // A connection from before, and new ones.
            let clients = [open, try server.client(), try server.client()]
            for (path, client) in zip(["/made", "/kept", "/lent"], clients) {
                client.send("GET \(path) HTTP/1.1\r\nHost: t\r\n\r\n")
                let answer = client.answer()
                #expect(answer?.body == String(path.dropFirst()))
                #expect(answer?.header("Connection")?.lowercased() == "close", "\(path)")
                #expect(client.seesEnd(), "\(path)")
            }
            let live = try server.client()
            live.send("GET /live HTTP/1.1\r\nHost: t\r\n\r\n")
            #expect(live.take(through: "event: hello") != nil)
            await server.server.stop()
            #expect(live.seesEnd())
        }
    }
}
