import EventLoop
import Foundation
import TestGate
import Testing

@testable import HTTP
@testable import TestKit

/// A stop is not held up by clients who are slow at their part. The grace is for handlers, and
/// longer than these tests look.
@Suite(.alone, .timeLimit(.minutes(1))) struct SlowStopTests {
    private static let large = [UInt8](repeating: 120, count: 8 << 20)
    private static let event = ServerEvent("e", data: Array(large.prefix(15_000)))

    private static func routes(_ loop: EventLoop) -> [HTTPRoute] {
        [
            HTTPRoute(.post, "/body") { _ in text(200, "x") },
            HTTPRoute(.get, "/answer") { _ in HTTPResponse(status: 200, body: large) },
            HTTPRoute(.get, "/stream") { _ in
                let stream = EventStream(on: loop)
                // As long as somebody takes any.
                stream.onReady = { [unowned stream] in while stream.send(event) {} }
                while stream.send(event) {}
                return .events(stream)
            },
        ]
    }

    /// A client that has begun `part` and will not come to its end.
    private func slow(_ part: String, _ server: TestServer) throws -> TestClient {
        guard let client = TestClient(server.port, receiveBuffer: 4_096) else {
            throw TestServer.NoConnection()
        }
        switch part {
        case "headers": client.send("GET /answer HTTP/1.1\r\nX: ")
        case "body": client.send("POST /body HTTP/1.1\r\nHost: t\r\nContent-Length: 60000\r\n\r\nx")
        default:
            client.send("GET /\(part) HTTP/1.1\r\nHost: t\r\n\r\n")
            #expect(client.take(through: "\r\n\r\n") != nil)
        }
        return client
    }

    @Test(arguments: ["headers", "body", "answer", "stream"])
    func whoIsSlowDoesNotHoldUpTheStop(part: String) async throws {
        try await TestServer.run(
            {
                $0.stopGraceMs = 15_000
                $0.stopClientMs = 100
            },
            routes: Self.routes
        ) { server in
            let clients = try (0..<20).map { _ in try slow(part, server) }
            #expect(
                await eventually { await server.server.statistics().connectionsOpen == 20 }
            )
            let isStopped = Shared(false)
            // Only that thread has them until the stop is over.
            nonisolated(unsafe) let dripped = clients
            let dripping = Thread {
                while !isStopped.value, part == "headers" || part == "body" {
                    for client in dripped { client.send("y") }
                    usleep(5_000)
                }
            }
            dripping.start()
            let stop = server.stopping()
            let waiting = Task {
                await stop.value
                isStopped.change { $0 = true }
            }
            #expect(await eventually { isStopped.value })
            await waiting.value
        }
    }
}
