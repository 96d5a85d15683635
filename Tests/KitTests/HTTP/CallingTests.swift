import EventLoop
import TestGate
import Testing

@testable import HTTP
@testable import TestKit

/// Routes that answer without a task.
@Suite(.alone) struct CallingTests {
    /// Requests that wait for an answer; the loop's own.
    private final class Waiting: @unchecked Sendable {
        var requests: [HTTPRequest] = []

        func answerAll() {
            for request in requests { request.answer(text(200, "late")) }
            requests = []
        }
    }

    @Test func anAnswerThatIsReadyNeedsNoJobOfTheLoop() async throws {
        let routes = [HTTPRoute.calling(.get, "/") { $0.answer(text(200, "now")) }]
        try await TestServer.run(routes: { _ in routes }) { server in
            let client = try server.client()
            // The jobs of the start are counted when this one is answered.
            #expect(client.request("GET", "/")?.status == 200)
            let before = server.loop.statistics.jobs
            for _ in 1..<200 { #expect(client.request("GET", "/")?.body == "now") }
            #expect(server.loop.statistics.jobs == before)
            let statistics = await server.server.statistics()
            #expect(statistics.suspendedTotal == 0)
            #expect(statistics.routes[0].countByClass == [0, 200, 0, 0, 0])
        }
    }

    /// Of 300, 256 are held and the others suspended: all are answered.
    @Test func answersThatComeLaterReachTheirClients() async throws {
        let waiting = Waiting()
        let routes = [HTTPRoute.calling(.get, "/") { waiting.requests.append($0) }]
        try await TestServer.run(routes: { _ in routes }) { server in
            let clients = try (0..<300).map { _ in try server.client() }
            for _ in 0..<2 {
                for client in clients { client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n") }
                #expect(
                    await eventually { await server.onLoop { waiting.requests.count } == 300 }
                )
                await server.onLoop { waiting.answerAll() }
                for client in clients { #expect(client.answer()?.body == "late") }
            }
            #expect(await server.server.statistics().suspendedTotal == 2 * (300 - 256))
        }
    }

    /// The library is on the stack then, with others' connections in its hands.
    @Test func aHandlerMayAnswerOthersRequests() async throws {
        let waiting = Waiting()
        let routes = [
            HTTPRoute.calling(.get, "/") { waiting.requests.append($0) },
            HTTPRoute.calling(.get, "/go") {
                waiting.answerAll()
                $0.answer(text(200, "gone"))
            },
        ]
        try await TestServer.run(routes: { _ in routes }) { server in
            let clients = try (0..<300).map { _ in try server.client() }
            let one = try server.client()
            for _ in 0..<3 {
                for client in clients { client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n") }
                #expect(
                    await eventually { await server.onLoop { waiting.requests.count } == 300 }
                )
                #expect(one.request("GET", "/go")?.body == "gone")
                for client in clients { #expect(client.answer()?.body == "late") }
            }
            let statistics = await server.server.statistics()
            #expect(statistics.routes[0].countByClass == [0, 900, 0, 0, 0])
        }
    }

    @Test func anAnswerForWhoHasLeftGoesNowhere() async throws {
        let waiting = Waiting()
        let routes = [
            HTTPRoute.calling(.get, "/wait") { waiting.requests.append($0) },
            HTTPRoute.calling(.get, "/now") { $0.answer(text(200, "now")) },
        ]
        try await TestServer.run(routes: { _ in routes }) { server in
            let client = try server.client()
            client.send("GET /wait HTTP/1.1\r\nHost: t\r\n\r\n")
            #expect(await eventually { await server.onLoop { waiting.requests.count } == 1 })
            client.reset()
            await server.onLoop { waiting.answerAll() }
            #expect(await eventually { await server.server.statistics().connectionsOpen == 0 })
            #expect(try server.client().request("GET", "/now")?.body == "now")
        }
    }

    @Test func whoIsNeverAnsweredEndsWithTheServer() async throws {
        let waiting = Waiting()
        let routes = [HTTPRoute.calling(.get, "/") { waiting.requests.append($0) }]
        try await TestServer.run({ $0.stopGraceMs = 50 }, routes: { _ in routes }) { server in
            let client = try server.client()
            client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
            #expect(await eventually { await server.onLoop { waiting.requests.count } == 1 })
            await server.server.stop()
            #expect(client.seesEnd())
            await server.onLoop { waiting.answerAll() }
        }
    }
}
