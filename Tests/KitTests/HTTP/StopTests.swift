import EventLoop
import Glibc
import TestGate
import Testing

@testable import HTTP
@testable import TestKit

@Suite(.alone) struct StopTests {
    @Test func whatIsInFlightIsAnsweredAndTheDoorIsClosed() async throws {
        let gate = Gate()
        let routes = [
            HTTPRoute(.get, "/wait") { _ in
                await gate.wait()
                return text(200, "done")
            }
        ]
        try await TestServer.run(routes: { _ in routes }) { server in
            let idle = try server.client()
            let client = try server.client()
            client.send("GET /wait HTTP/1.1\r\nHost: t\r\n\r\n")
            #expect(await eventually { gate.waiting == 1 })
            let stopped = server.stopping()
            #expect(await eventually { TestClient(server.port) == nil })
            #expect(idle.seesEnd())
            gate.open()
            let answer = client.answer()
            #expect(answer?.body == "done")
            #expect(answer?.header("Connection")?.lowercased() == "close")
            #expect(client.seesEnd())
            await stopped.value
        }
    }

    /// Used by one after the other.
    private struct Handed: @unchecked Sendable { let clients: [TestClient?] }

    @Test func whoConnectsRightBeforeTheStopIsAnswered() async throws {
        let routes = [HTTPRoute(.get, "/") { _ in text(200, "done") }]
        try await TestServer.run(routes: { _ in routes }) { server in
            // More than the loop accepts in the one turn that is between them and the stop.
            let handed = await Task(executorPreference: server.loop) {
                let clients = (0..<200).map { _ in TestClient(server.port) }
                for client in clients { client?.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n") }
                await server.server.stop()
                return Handed(clients: clients)
            }.value
            #expect(handed.clients.allSatisfy { $0?.answer()?.body == "done" })
        }
    }

    @Test func aHandlerThatNeverEndsIsGivenUp() async throws {
        let gate = Gate()
        let routes = [
            HTTPRoute(.get, "/wait") { request in
                await gate.wait()
                return text(200, request.header("Host") ?? "gone")
            }
        ]
        try await TestServer.run({ $0.stopGraceMs = 50 }, routes: { _ in routes }) { server in
            let client = try server.client()
            client.send("GET /wait HTTP/1.1\r\nHost: t\r\n\r\n")
            #expect(await eventually { gate.waiting == 1 })
            await server.server.stop()
            #expect(client.seesEnd())
            // The handler comes back to a server that is no more.
            gate.open()
            await server.onLoop {}
        }
    }

    @Test func streamsEndWithTheServer() async throws {
        let closed = Shared(0)
        try await TestServer.run(routes: { loop in
            [
                HTTPRoute(.get, "/events") { _ in
                    let stream = EventStream(on: loop)
                    stream.onClose = { closed.change { $0 += 1 } }
                    return .events(stream)
                }
            ]
        }) { server in
            let client = try server.client()
            client.send("GET /events HTTP/1.1\r\nHost: t\r\n\r\n")
            #expect(client.answer()?.status == 200)
            await server.server.stop()
            #expect(client.seesEnd())
            #expect(String(decoding: client.received, as: UTF8.self).hasSuffix("0\r\n\r\n"))
            #expect(closed.value == 1)
        }
    }

    /// It would be among the streams that are told something for ever.
    @Test func aStreamForSomebodyWhoIsGoneIsClosed() async throws {
        let gate = Gate()
        let closed = Shared(0)
        try await TestServer.run(
            { $0.stopGraceMs = 50 },
            routes: { loop in
                [
                    HTTPRoute(.get, "/events") { _ in
                        let stream = EventStream(on: loop)
                        stream.onClose = { closed.change { $0 += 1 } }
                        await gate.wait()
                        return .events(stream)
                    }
                ]
            }
        ) { server in
            let client = try server.client()
            client.send("GET /events HTTP/1.1\r\nHost: t\r\n\r\n")
            #expect(await eventually { gate.waiting == 1 })
            await server.server.stop()
            #expect(client.seesEnd())
            gate.open()
            #expect(await eventually { closed.value == 1 })
        }
    }

    /// The library aborts the process if anything is still parked when it is stopped.
    @Test func stoppingUnderLoadIsSafe() async throws {
        for round in 0..<20 {
            try await TestServer.run(
                { $0.stopGraceMs = round },
                routes: { loop in
                    [
                        HTTPRoute(.get, "/wait") { _ in
                            await loop.sleep(ms: 3)
                            return text(200, "x")
                        },
                        HTTPRoute(.get, "/events") { _ in .events(EventStream(on: loop)) },
                    ]
                }
            ) { server in
                let clients = try (0..<20).map { _ in try server.client() }
                let wait = "GET /wait HTTP/1.1\r\nHost: t\r\n\r\n"
                let events = "GET /events HTTP/1.1\r\nHost: t\r\n\r\n"
                for client in clients { client.send(wait) }
                let stopped = server.stopping()
                for client in clients { client.send(wait + wait + events) }
                await stopped.value
                for client in clients { #expect(client.seesEnd()) }
            }
        }
    }

    /// Bodies that become complete in the library's very last run must not start a handler.
    @Test func aRequestThatIsCompleteTooLateIsNotStarted() async throws {
        try await TestServer.run(
            { $0.stopGraceMs = 0 },
            routes: { loop in
                [
                    HTTPRoute(.get, "/") { _ in text(200, "x") },
                    HTTPRoute(.post, "/wait") { _ in
                        await loop.sleep(ms: 100)
                        return text(200, "x")
                    },
                ]
            }
        ) { server in
            let clients = try (0..<30).map { _ in try server.client() }
            for client in clients { #expect(client.request("GET", "/")?.status == 200) }
            let isSent = Shared(false)
            let stopped = Task(executorPreference: server.loop) {
                // The loop stands still while the requests pile up in the kernel.
                while !isSent.value { usleep(100) }
                await server.server.stop()
            }
            for (index, client) in clients.enumerated() {
                let body = String(repeating: "x", count: (index + 1) * 2_000)
                client.send("POST /wait HTTP/1.1\r\nHost: t\r\n")
                client.send("Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
            }
            isSent.change { $0 = true }
            await stopped.value
            for client in clients { #expect(client.seesEnd()) }
        }
    }

    @Test func aHandlerMayStopItsServer() async throws {
        let stopping = Shared<HTTPServer?>(nil)
        let routes = [
            HTTPRoute(.get, "/stop") { _ in
                await stopping.value?.stop()
                return text(200, "x")
            }
        ]
        try await TestServer.run({ $0.stopGraceMs = 20 }, routes: { _ in routes }) { server in
            stopping.change { $0 = server.server }
            let client = try server.client()
            client.send("GET /stop HTTP/1.1\r\nHost: t\r\n\r\n")
            #expect(client.seesEnd())
        }
    }

    @Test func stoppingTwiceIsStoppingOnce() async throws {
        try await TestServer.run(routes: { _ in [] }) { server in
            async let one: Void = server.server.stop()
            async let two: Void = server.server.stop()
            _ = await (one, two)
        }
    }
}

@Suite(.alone) struct ListenTests {
    private func server(_ host: String, _ port: UInt16, joins: Bool = false, on loop: EventLoop)
        -> HTTPServer
    {
        var configuration = HTTPConfiguration(host: host, port: port)
        configuration.joinsPort = joins
        let routes = [HTTPRoute(.get, "/") { _ in text(200, "x") }]
        return HTTPServer(configuration, routes: routes, on: loop)
    }

    @Test func aPortInUseIsAnErrorUnlessItIsJoined() async throws {
        try await TestServer.run(routes: { _ in [] }) { first in
            await #expect(throws: HTTPError.addressInUse(host: "127.0.0.1", port: first.port)) {
                try await server("127.0.0.1", first.port, on: first.loop).start()
            }
            let second = server("127.0.0.1", first.port, joins: true, on: first.loop)
            try await #expect(second.start() == first.port)
            await second.stop()
        }
    }

    @Test(arguments: ["999.1.1.1", "8.8.8.8", "no such host"])
    func aBadHostIsAnErrorThatSaysWhy(host: String) async {
        let loop = EventLoop.start()
        defer { loop.stop() }
        let error = await #expect(throws: HTTPError.self) {
            try await server(host, 0, on: loop).start()
        }
        guard case .cannotListen(_, _, let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(!reason.isEmpty)
    }

    @Test func anIPv6HostIsServed() async {
        let loop = EventLoop.start()
        defer { loop.stop() }
        let server = server("::1", 0, on: loop)
        // A machine without IPv6 has nothing to show.
        guard let port = try? await server.start() else { return }
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        address.sin6_addr = in6addr_loopback
        let descriptor = socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
            }
        }
        #expect(connected == 0)
        close(descriptor)
        await server.stop()
    }

    @Test func statisticsAddUp() {
        var one = HTTPStatistics()
        one.connectionsOpen = 1
        one.routes = [
            .init(
                method: .get,
                pattern: "/",
                countByClass: [0, 1, 0, 0, 0],
                latencyBuckets: [1] + Array(repeating: 0, count: 13),
                latencySumNs: 5
            )
        ]
        var other = one
        other.routes[0].pattern = "/other"
        let sum = one + one + other
        #expect(sum.connectionsOpen == 3)
        #expect(sum.routes.map(\.latencySumNs) == [10, 5])
        #expect(sum.routes[0].countByClass == [0, 2, 0, 0, 0])
    }
}
