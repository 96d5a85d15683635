import EventLoop
import HTTP
import TestGate
import Testing

@testable import TestKit

/// A handler hears that its client has gone, if all it does is to read.
@Suite(.alone, .timeLimit(.minutes(1))) struct DepartureTests {
    private static let methods = ["GET", "HEAD", "POST"]

    /// A handler that waits until it is cancelled, or the test lets it go.
    private static func routes(_ gate: Gate, _ cancelled: Shared<[String]>) -> [HTTPRoute] {
        [HTTPMethod.get, .post].map { method in
            HTTPRoute(method, "/") { request in
                let name = request.method.rawValue
                await withTaskCancellationHandler {
                    await gate.wait()
                } onCancel: {
                    cancelled.change { $0.append(name) }
                }
                return text(200, "late")
            }
        }
    }

    @Test(arguments: [1, 300])
    func aReadingHandlerIsCancelledWhenItsClientLeaves(_ count: Int) async throws {
        let gate = Gate()
        let cancelled = Shared<[String]>([])
        try await TestServer.run(routes: { _ in Self.routes(gate, cancelled) }) { server in
            let clients = try (0..<count).map { _ in try server.client() }
            let stays = try server.client()
            stays.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
            for client in clients { client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n") }
            #expect(await eventually { gate.waiting == count + 1 })
            for (index, client) in clients.enumerated() {
                if index.isMultiple(of: 2) { client.hangUp() } else { client.reset() }
            }
            #expect(await eventually { cancelled.value.count == count })
            gate.open()
            #expect(stays.answer()?.body == "late")
            #expect(cancelled.value.count == count)
        }
    }

    @Test func whatChangesSomethingGoesOn() async throws {
        let gate = Gate()
        let cancelled = Shared<[String]>([])
        try await TestServer.run(routes: { _ in Self.routes(gate, cancelled) }) { server in
            for method in Self.methods {
                let client = try server.client()
                client.send("\(method) / HTTP/1.1\r\nHost: t\r\nContent-Length: 0\r\n\r\n")
                #expect(await eventually { gate.waiting == 1 })
                client.hangUp()
                // A client that came later and left later: those before it have been looked at.
                if method == "POST" {
                    let other = try server.client()
                    other.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n")
                    #expect(await eventually { gate.waiting == 2 })
                    other.hangUp()
                    #expect(await eventually { cancelled.value.count == 3 })
                } else {
                    #expect(await eventually { cancelled.value.last == method })
                }
                gate.open()
                #expect(
                    await eventually { await server.server.statistics().connectionsOpen == 0 }
                )
            }
            #expect(cancelled.value == ["GET", "HEAD", "GET"])
        }
    }
}
