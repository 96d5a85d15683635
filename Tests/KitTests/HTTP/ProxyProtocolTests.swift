import EventLoop
import Foundation
import TestGate
import TestPrograms
import Testing

@testable import HTTP
@testable import TestKit

/// The PROXY protocol, in front of connections from trusted addresses.
@Suite(.alone) struct ProxyProtocolTests {
    private static let client = "GET /client HTTP/1.1\r\nHost: t\r\n"

    private func serve(
        _ trusted: String = "127.0.0.1",
        _ configure: (inout HTTPConfiguration) -> Void = { _ in },
        _ body: (TestServer) async throws -> Void
    ) async throws {
        let trusted = try #require(NetworkRanges(trusted))
        try await TestServer.run(
            {
                $0.trustedProxies = trusted
                configure(&$0)
            },
            routes: { _ in
                [
                    HTTPRoute(.get, "/client") {
                        text(200, "\($0.client) \($0.isFromProxy) \($0.untrustedProxy != nil)")
                    },
                    HTTPRoute(.post, "/echo") { HTTPResponse(status: 200, body: $0.body) },
                ]
            },
            body
        )
    }

    private static let headers: [([UInt8], String)] = [
        (Array("PROXY TCP4 203.0.113.7 10.0.0.1 4660 80\r\n".utf8), "203.0.113.7 false"),
        (Array("PROXY TCP6 2001:db8::7 ::1 4660 80\r\n".utf8), "2001:db8::7 false"),
        (
            ProxyHeaderReadTests.binary(0x21, 0x11, ProxyHeaderReadTests.ends + [4, 0, 1, 0]),
            "203.0.113.7 false"
        ),
        // Nobody has looked at what an unknown client writes.
        (Array("PROXY UNKNOWN\r\n".utf8), "127.0.0.1 false"),
        (ProxyHeaderReadTests.binary(0x21, 0, []), "127.0.0.1 false"),
    ]

    @Test(arguments: headers)
    func theClientIsWhomTheHeaderNames(header: [UInt8], client: String) async throws {
        try await serve { server in
            let asked = Self.client + "X-Forwarded-For: 192.0.2.1\r\n\r\n"
            for isInPieces in [false, true] {
                let socket = try server.client()
                let bytes = header + Array(asked.utf8)
                if isInPieces {
                    for byte in bytes {
                        socket.send([byte])
                        await server.onLoop {}
                    }
                } else {
                    socket.send(bytes)
                }
                // Whoever comes through such a proxy is a visitor, and none that nobody has named.
                #expect(socket.answer()?.body == client + " false", "\(client) \(isInPieces)")
                socket.send(asked)
                #expect(socket.answer()?.body == client + " false", "\(client), a second time")
            }
        }
    }

    @Test func aTrustedProxySpeaksForItself() async throws {
        try await serve("127.0.0.1,10.0.0.0/8") { server in
            let asked = Self.client + "X-Forwarded-For: 192.0.2.1\r\n\r\n"
            for header in [
                ProxyHeaderReadTests.binary(0x20, 0, []), [],
                Array("PROXY TCP4 10.1.1.1 10.0.0.1 1 1\r\n".utf8),
            ] {
                let socket = try server.client()
                socket.send(header + Array(asked.utf8))
                #expect(socket.answer()?.body == "192.0.2.1 false false")
            }
            let check = try server.client()
            check.send(
                ProxyHeaderReadTests.binary(0x20, 0, []) + Array((Self.client + "\r\n").utf8)
            )
            #expect(check.answer()?.body == "127.0.0.1 true false")
        }
    }

    /// Bytes behind the header are all the client's.
    @Test func nothingButTheHeaderIsTaken() async throws {
        try await serve { server in
            let socket = try server.client()
            let body = "PROXY TCP4 1.2.3.4 1.2.3.4 1 1\r\n"
            let length = "Content-Length: \(body.utf8.count)\r\n\r\n"
            let request = "POST /echo HTTP/1.1\r\nHost: t\r\n" + length + body
            socket.send(Self.headers[0].0 + Array(request.utf8))
            #expect(socket.answer()?.body == body)
            // A second one is no request.
            socket.send(body)
            #expect(socket.answer()?.status == 400)
            #expect(socket.seesEnd())
        }
    }

    @Test func aHeaderOfAnybodyElseIsNoRequest() async throws {
        try await serve("10.0.0.0/8") { server in
            for (header, _) in Self.headers {
                let socket = try server.client()
                socket.send(header + Array((Self.client + "\r\n").utf8))
                let answer = socket.answer()
                #expect(answer == nil || answer?.status == 400)
                #expect(socket.seesEnd())
                #expect(!String(decoding: socket.received, as: UTF8.self).contains("203.0.113.7"))
            }
            #expect(await server.server.statistics().proxyHeadersRefusedTotal == 0)
        }
    }

    @Test func aMalformedHeaderEndsTheConnection() async throws {
        let told = Shared<[NetworkAddress]>([])
        try await serve(
            "127.0.0.1",
            { $0.onProxyHeaderRefused = { peer in told.change { $0.append(peer) } } }
        ) { server in
            let bad = [
                Array("PROXY TCP4 x y 1 1\r\n".utf8),
                Array("PROXY TCP4 203.0.113.78\0junk 10.0.0.1 4000 80\r\n".utf8),
                Array("PROXY TCP6 ::7 ::1\0junk 4000 80\r\n".utf8),
                ProxyHeaderReadTests.binary(0x21, 0x11, ProxyHeaderReadTests.ends + [4, 0, 9, 1]),
                ProxyHeaderReadTests.binary(0x31, 0x11, ProxyHeaderReadTests.ends),
                Array("PROXY ".utf8) + [UInt8](repeating: 65, count: 200),
            ]
            for header in bad {
                let socket = try server.client()
                socket.send(header + Array((Self.client + "\r\n").utf8))
                #expect(socket.seesEnd())
                #expect(socket.received.isEmpty)
            }
            #expect(await server.server.statistics().proxyHeadersRefusedTotal == bad.count)
            #expect(await server.server.statistics().connectionsOpen == 0)
            let peers = told.value.map(\.description)
            #expect(peers == bad.map { _ in "127.0.0.1" })
        }
    }

    @Test func aHeaderThatDoesNotEndIsCut() async throws {
        try await serve("127.0.0.1", { $0.headerTimeoutMs = 100 }) { server in
            for begun in ["", "P", "PROXY TCP4 ", "\r\n\r\n"] {
                let socket = try server.client()
                socket.send(begun)
                #expect(socket.seesEnd(), "\(begun)")
            }
            #expect(await server.server.statistics().cutTotal == 4)
        }
    }

    /// The bytes that have come stay with the kernel, which must not tell of them again.
    @Test func aHeaderThatIsWaitedForDoesNotTurnTheLoop() async throws {
        try await serve { server in
            let sockets = try [["PROXY ", "TCP4 "], ["\r\n\r\n", "\0\r\nQU"]].map { pieces in
                let socket = try server.client()
                for piece in pieces { socket.send(piece) }
                return socket
            }
            #expect(await eventually { await server.server.statistics().connectionsOpen == 2 })
            let before = server.loop.statistics.turns
            var looks = 0
            _ = await eventually {
                looks += 1
                return looks == 100
            }
            #expect(server.loop.statistics.turns - before < 100)
            #expect(sockets.count == 2)
        }
    }

    @Test func whoLeavesBeforeTheEndIsForgotten() async throws {
        try await serve { server in
            let sockets = try ["", "PROXY TCP4 ", "PRO"].map { begun in
                let socket = try server.client()
                socket.send(begun)
                return socket
            }
            #expect(await eventually { await server.server.statistics().connectionsOpen == 3 })
            for socket in sockets { socket.hangUp() }
            #expect(await eventually { await server.server.statistics().connectionsOpen == 0 })
            #expect(await server.server.statistics().cutTotal == 0)
        }
    }

    /// They count as connections while they wait, and no longer.
    @Test func theUndecidedAreCounted() async throws {
        try await serve("127.0.0.1", { $0.connectionsMax = 2 }) { server in
            let waiting = try (0..<2).map { _ in try server.client() }
            #expect(await eventually { await server.server.statistics().connectionsOpen == 2 })
            try #expect(server.client().seesEnd())
            #expect(await server.server.statistics().refusedTotal == 1)
            for socket in waiting { #expect(socket.request("GET", "/client")?.status == 200) }
            #expect(await server.server.statistics().connectionsOpen == 2)
        }
    }

    @Test func theUndecidedAreLimited() async throws {
        try await serve("127.0.0.1", { $0.undecidedMax = 2 }) { server in
            let waiting = try (0..<2).map { _ in try server.client() }
            #expect(await eventually { await server.server.statistics().connectionsOpen == 2 })
            try #expect(server.client().seesEnd())
            #expect(await server.server.statistics().refusedTotal == 1)
            #expect(waiting[0].request("GET", "/client")?.status == 200)
            let next = try server.client()
            #expect(next.request("GET", "/client")?.status == 200)
        }
    }

    @Test func theLimitOfAnAddressIsThatOfTheClient() async throws {
        try await serve("127.0.0.1", { $0.connectionsPerAddressMax = 1 }) { server in
            func open(_ client: String) throws -> TestClient {
                let socket = try server.client()
                socket.send("PROXY TCP4 \(client) 10.0.0.1 1 1\r\n" + Self.client + "\r\n")
                return socket
            }
            let first = try open("203.0.113.7")
            #expect(first.answer()?.status == 200)
            try #expect(open("203.0.113.7").seesEnd())
            try #expect(open("203.0.113.8").answer()?.status == 200)
            #expect(await server.server.statistics().refusedTotal == 1)
        }
    }

    @Test func aStopEndsTheUndecidedAndAnswersTheRest() async throws {
        try await serve("127.0.0.1", { $0.stopClientMs = 100 }) { server in
            let silent = try server.client()
            let begun = try server.client()
            begun.send("PROXY TCP4 ")
            #expect(await eventually { await server.server.statistics().connectionsOpen == 2 })
            let late = try server.client()
            late.send(Self.headers[0].0 + Array((Self.client + "\r\n").utf8))
            await server.server.stop()
            #expect(silent.seesEnd())
            #expect(begun.seesEnd())
            #expect(late.answer()?.body == "203.0.113.7 false false")
        }
    }

    // MARK: nginx

    /// A real nginx that hands on bytes and says whose they are.
    private final class Nginx {
        private let program: StartedProgram

        init(in folder: String, from port: UInt16, to server: UInt16) throws {
            let text = """
                load_module /usr/lib/nginx/modules/ngx_stream_module.so;
                \(getuid() == 0 ? "user root;" : "")
                daemon off; worker_processes 1; pid \(folder)/nginx.pid;
                events { worker_connections 64; }
                stream {
                    server {
                        listen 127.0.0.1:\(port);
                        proxy_pass 127.0.0.1:\(server);
                        proxy_protocol on;
                    }
                }
                """
            let file = folder + "/nginx.conf"
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            program = try StartedProgram([
                "/usr/sbin/nginx", "-p", folder, "-c", file, "-e", "errors.log",
            ])
        }

        deinit {
            program.signal(SIGTERM)
            program.end()
        }
    }

    @Test func aStreamOfNginxNamesItsClient() async throws {
        let folder = try newFolder("nginx")
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let port = try freePort()
        try await serve { server in
            let nginx = try Nginx(in: folder, from: port, to: server.port)
            #expect(await eventually { TestClient(port) != nil })
            let client = try #require(TestClient(port, lastByte: 9))
            for _ in 0..<2 {
                client.send(Self.client + "X-Forwarded-For: 192.0.2.1\r\n\r\n")
                #expect(client.answer()?.body == "127.0.0.9 false false")
            }
            withExtendedLifetime(nginx) {}
        }
    }
}
