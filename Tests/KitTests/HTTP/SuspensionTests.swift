import EventLoop
import TestGate
import Testing

@testable import HTTP
@testable import TestKit

@Suite(.alone) struct SuspensionTests {
    @Test func anAnswerThatIsReadyNeverParksItsConnection() async throws {
        let routes = [HTTPRoute(.get, "/") { _ in text(200, "x") }]
        try await TestServer.run(routes: { _ in routes }) { server in
            let client = try server.client()
            for _ in 0..<200 { #expect(client.request("GET", "/")?.status == 200) }
            let statistics = await server.server.statistics()
            #expect(statistics.suspendedTotal == 0)
            #expect(statistics.routes[0].countByClass == [0, 200, 0, 0, 0])
            #expect(statistics.routes[0].latencyBuckets.reduce(0, +) == 200)
        }
    }

    @Test func requestsThatWaitNeverLeaveTheLoop() async throws {
        try await TestServer.run(routes: { loop in
            [
                HTTPRoute(.get, "/") { _ in
                    await loop.sleep(ms: 1)
                    return text(200, loop.isOnLoop ? "on" : "off")
                }
            ]
        }) { server in
            let clients = try (0..<10).map { _ in try server.client() }
            let before = server.loop.statistics.foreignEnqueues
            for _ in 0..<100 {
                for client in clients { client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n") }
                for client in clients { #expect(client.answer()?.body == "on") }
            }
            #expect(server.loop.statistics.foreignEnqueues == before)
            #expect(await server.server.statistics().suspendedTotal == 0)
        }
    }

    /// So many requests wait without a suspension, which costs more than the rest of a request; the
    /// others are suspended, so that libmicrohttpd is not asked for all of them on each run.
    @Test func beyondALimitRequestsThatWaitAreSuspended() async throws {
        let gate = Gate()
        let routes = [
            HTTPRoute(.get, "/") { _ in
                await gate.wait()
                return text(200, "late")
            }
        ]
        try await TestServer.run(routes: { _ in routes }) { server in
            let clients = try (0..<300).map { _ in try server.client() }
            for client in clients { client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n") }
            #expect(await eventually { gate.waiting == 300 })
            #expect(await server.server.statistics().suspendedTotal == 300 - 256)
            gate.open()
            for client in clients { #expect(client.answer()?.body == "late") }
        }
    }

    @Test func aClientThatLeavesWhileItsHandlerWaitsLeavesNothingBehind() async throws {
        let gate = Gate()
        let seen = Shared<[String?]>([])
        let routes = [
            HTTPRoute(.get, "/wait") { request in
                await gate.wait()
                seen.change { $0.append(request.header("X-User-Id")) }
                return text(200, "late")
            }
        ]
        try await TestServer.run(routes: { _ in routes }) { server in
            for round in 0..<20 {
                let client = try server.client()
                client.send("GET /wait HTTP/1.1\r\nHost: t\r\nX-User-Id: u\r\n\r\n")
                #expect(await eventually { gate.waiting == 1 })
                if round.isMultiple(of: 2) { client.hangUp() } else { client.reset() }
                gate.open()
                #expect(await eventually { seen.value.count == round + 1 })
                #expect(
                    await eventually { await server.server.statistics().connectionsOpen == 0 }
                )
            }
            // Its headers went with it.
            #expect(seen.value.allSatisfy { $0 == "u" || $0 == nil })
        }
    }

    /// Other sockets of the loop get their turn while one client keeps the server busy.
    @Test func aLongPipelineDoesNotHoldTheLoop() async throws {
        let routes = [HTTPRoute(.get, "/") { _ in text(200, "x") }]
        try await TestServer.run(routes: { _ in routes }) { server in
            let client = try server.client()
            let turns = server.loop.statistics.turns
            let one = "GET / HTTP/1.1\r\nHost: t\r\n\r\n"
            client.send(String(repeating: one, count: 400))
            let began = ContinuousClock.now
            for _ in 0..<400 { #expect(client.answer()?.status == 200) }
            // Its own next turn does not wait for the tick either.
            #expect(ContinuousClock.now - began < .seconds(2))
            // At most 16 runs of the library, each answering one, in a turn.
            #expect(server.loop.statistics.turns - turns >= 400 / 16)
        }
    }

    @Test func aWaitingRequestDoesNotHoldUpOthers() async throws {
        let gate = Gate()
        let routes = [
            HTTPRoute(.get, "/wait") { _ in
                await gate.wait()
                return text(200, "late")
            },
            HTTPRoute(.get, "/now") { _ in text(200, "now") },
        ]
        try await TestServer.run(routes: { _ in routes }) { server in
            let slow = try server.client()
            slow.send("GET /wait HTTP/1.1\r\nHost: t\r\n\r\nGET /now HTTP/1.1\r\nHost: t\r\n\r\n")
            #expect(await eventually { gate.waiting == 1 })
            #expect(try server.client().request("GET", "/now")?.body == "now")
            gate.open()
            #expect(slow.answer()?.body == "late")
            #expect(slow.answer()?.body == "now")
        }
    }
}
