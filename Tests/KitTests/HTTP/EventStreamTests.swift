import EventLoop
import Foundation
import Synchronization
import TestGate
import Testing

@testable import HTTP
@testable import TestKit

@Suite(.alone) struct EventStreamTests {
    /// The last stream that the route made, and how often streams were closed.
    private final class Seen: Sendable {
        let stream = Mutex<EventStream?>(nil)
        let closed = Atomic<Int>(0)
        let ready = Atomic<Int>(0)
        var last: EventStream? { stream.withLock { $0 } }
    }

    private func serve(
        _ configure: (inout HTTPConfiguration) -> Void = { _ in },
        _ body: (TestServer, TestClient, Seen) async throws -> Void
    ) async throws {
        let seen = Seen()
        try await TestServer.run(
            configure,
            routes: { loop in
                [
                    HTTPRoute(.get, "/events") { _ in
                        let stream = EventStream(on: loop)
                        stream.onClose = { seen.closed.add(1, ordering: .relaxed) }
                        stream.onReady = { seen.ready.add(1, ordering: .relaxed) }
                        seen.stream.withLock { $0 = stream }
                        return .events(stream)
                    }
                ]
            }
        ) { server in
            let client = try server.client()
            client.send("GET /events HTTP/1.1\r\nHost: t\r\n\r\n")
            try await body(server, client, seen)
        }
    }

    @Test func headersComeBeforeTheFirstEvent() async throws {
        try await serve { _, client, _ in
            let answer = client.answer()
            #expect(answer?.status == 200)
            #expect(answer?.header("Content-Type") == "text/event-stream")
            #expect(answer?.header("Cache-Control") == "no-store")
        }
    }

    @Test func eventsArriveAsTheyAreSentAndTheEndToo() async throws {
        try await serve { server, client, seen in
            #expect(client.answer()?.status == 200)
            #expect(client.take(through: ": \n\n\r\n") != nil)
            for number in 0..<3 {
                let sent = await server.onLoop {
                    seen.last?.send(event: "ticket", data: Array("{\"n\":\(number)}\nx".utf8))
                }
                #expect(sent == true)
                let event = client.take(through: "\n\n\r\n")
                #expect(
                    event?.contains("event: ticket\ndata: {\"n\":\(number)}\ndata: x\n") == true
                )
            }
            await server.onLoop { seen.last?.close() }
            #expect(client.take(through: "0\r\n\r\n") != nil)
            #expect(await eventually { seen.closed.load(ordering: .relaxed) == 1 })
            #expect(await server.server.statistics().streamsOpen == 0)
            // The connection was the stream's, and its end is told.
            #expect(client.seesEnd())
            #expect(await eventually { await server.server.statistics().connectionsOpen == 0 })
        }
    }

    /// The requests that wait for a stream; the loop's own.
    private final class Waiting: @unchecked Sendable {
        var requests: [HTTPRequest] = []
    }

    /// Between the answer and the library's coming for it: beyond 256 requests are suspended, and
    /// the library does not see that their clients are gone.
    @Test func aStreamWhoseClientHasLeftIsOver() async throws {
        let seen = Seen(), waiting = Waiting(), count = 300
        let routes = [HTTPRoute.calling(.get, "/events") { waiting.requests.append($0) }]
        try await TestServer.run(routes: { _ in routes }) { server in
            let clients = try (0..<count).map { _ in try server.client() }
            for client in clients { client.send("GET /events HTTP/1.1\r\nHost: t\r\n\r\n") }
            #expect(await eventually { await server.onLoop { waiting.requests.count } == count })
            for client in clients { client.reset() }
            await server.onLoop {
                for request in waiting.requests {
                    let stream = EventStream(on: server.loop)
                    stream.onClose = { seen.closed.add(1, ordering: .relaxed) }
                    request.answer(.events(stream))
                }
                waiting.requests = []
            }
            #expect(await eventually { seen.closed.load(ordering: .relaxed) == count })
        }
    }

    /// Many proxies ask so, and chunks are not known there.
    @Test func aStreamInHTTP10ComesAsItIs() async throws {
        try await serve { server, _, seen in
            let client = try server.client()
            client.send("GET /events HTTP/1.0\r\nHost: t\r\n\r\n")
            let answer = client.answer()
            #expect(answer?.status == 200)
            #expect(answer?.header("Transfer-Encoding") == nil)
            #expect(answer?.header("Connection") == "close")
            await server.onLoop {
                _ = seen.last?.send(event: "e", data: Array("x".utf8))
                seen.last?.close()
            }
            #expect(client.seesEnd())
            let body = String(decoding: client.received, as: UTF8.self)
            #expect(body == ": \n\nevent: e\ndata: x\n\n")
        }
    }

    @Test func anOpenStreamIsAConnectionAmongThoseAllowed() async throws {
        try await serve({ $0.connectionsMax = 2 }) { server, client, seen in
            #expect(client.answer()?.status == 200)
            let second = try server.client()
            second.send("GET /events HTTP/1.1\r\nHost: t\r\n\r\n")
            #expect(second.answer()?.status == 200)
            #expect(await server.server.statistics().connectionsOpen == 2)
            let refused = try server.client()
            #expect(refused.seesEnd())
            client.hangUp()
            #expect(await eventually { await server.server.statistics().connectionsOpen == 1 })
            let third = try server.client()
            third.send("GET /events HTTP/1.1\r\nHost: t\r\n\r\n")
            #expect(third.answer()?.status == 200)
        }
    }

    /// As a connection of libmicrohttpd each would take 25 KB.
    @Test func aStreamTakesLittleMemory() async throws {
        let count = 300
        try await serve { server, _, _ in
            func open() throws -> [TestClient] {
                try (0..<count).map { _ in
                    let client = try server.client()
                    client.send("GET /events HTTP/1.1\r\nHost: t\r\n\r\n")
                    #expect(client.answer()?.status == 200)
                    return client
                }
            }
            let before = try residentBytes()
            let clients = try open()
            #expect(await eventually { await server.server.statistics().streamsOpen == count + 1 })
            #expect(try residentBytes() - before < count * 8_192)
            for client in clients { client.hangUp() }
            #expect(await eventually { await server.server.statistics().streamsOpen == 1 })
        }
    }

    private func residentBytes() throws -> Int {
        let statm = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        let pages = try #require(statm.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }

    /// What a visit that is over already hears: its state, and the end.
    @Test func aStreamClosedBeforeItsResponseStillTellsAndEnds() async throws {
        try await TestServer.run(routes: { loop in
            [
                HTTPRoute(.get, "/events") { _ in
                    let stream = EventStream(on: loop)
                    _ = stream.send(event: "ticket", data: Array("last".utf8))
                    stream.close()
                    return .events(stream)
                }
            ]
        }) { server in
            let client = try server.client()
            client.send("GET /events HTTP/1.1\r\nHost: t\r\n\r\n")
            #expect(client.answer()?.status == 200)
            #expect(client.take(through: "0\r\n\r\n")?.contains("data: last\n") == true)
            #expect(await eventually { await server.server.statistics().streamsOpen == 0 })
        }
    }

    @Test func silenceIsFilledWithComments() async throws {
        try await serve({ $0.heartbeatMs = 40 }) { _, client, _ in
            #expect(client.answer()?.status == 200)
            for _ in 0..<4 { #expect(client.take(through: ": \n\n") != nil) }
        }
    }

    @Test func aReaderThatDoesNotReadIsToldToWaitAndThenReady() async throws {
        try await serve { server, client, seen in
            #expect(client.answer()?.status == 200)
            let event = [UInt8](repeating: 120, count: 8_000)
            // Until the kernel's buffers and ours are full, and those of the client's side.
            var accepted = 0
            let isFull = await eventually {
                let sent = await server.onLoop { seen.last?.send(event: "e", data: event) }
                if sent == true { accepted += 1 }
                return accepted > 2_000 || (sent == false && accepted > 10)
            }
            #expect(isFull)
            #expect(accepted <= 2_000)
            let readyBefore = seen.ready.load(ordering: .relaxed)
            let isReady = await eventually {
                client.receive()
                return seen.ready.load(ordering: .relaxed) > readyBefore
            }
            #expect(isReady)
            #expect(await server.onLoop { seen.last?.send(event: "e", data: event) } == true)
        }
    }

    @Test func theBufferIsBoundedBeforeTheFirstByteLeaves() async throws {
        let loop = EventLoop.start()
        defer { loop.stop() }
        let accepted = await Task(executorPreference: loop) {
            let stream = EventStream(on: loop)
            let event = [UInt8](repeating: 120, count: 1_000)
            var accepted = 0
            while accepted < 1_000, stream.send(event: "e", data: event) { accepted += 1 }
            return accepted
        }.value
        #expect(accepted == EventStream.bufferMax / 1_017)
    }

    @Test func aPeerThatLeavesIsNoticedAtOnceAndOnce() async throws {
        try await serve { server, client, seen in
            #expect(client.answer()?.status == 200)
            #expect(await eventually { await server.server.statistics().streamsOpen == 1 })
            client.hangUp()
            #expect(await eventually { seen.closed.load(ordering: .relaxed) == 1 })
            #expect(await eventually { await server.server.statistics().connectionsOpen == 0 })
            let sent = await server.onLoop { seen.last?.send(event: "e", data: []) }
            #expect(sent == false)
            await server.onLoop { seen.last?.close() }
            #expect(seen.closed.load(ordering: .relaxed) == 1)
        }
    }

    @Test func aPeerThatResetsIsNoticed() async throws {
        try await serve { server, client, seen in
            #expect(client.answer()?.status == 200)
            client.reset()
            #expect(await eventually { seen.closed.load(ordering: .relaxed) == 1 })
        }
    }

    @Test func aStreamThatCarriesNoResponseClosesOnce() async throws {
        let loop = EventLoop.start()
        defer { loop.stop() }
        let closed = await Task(executorPreference: loop) {
            let count = Shared(0)
            let stream = EventStream(on: loop)
            stream.onClose = { count.change { $0 += 1 } }
            stream.close()
            stream.close()
            return count.value
        }.value
        #expect(closed == 1)
    }

    @Test func headOfAStreamEndsIt() async throws {
        try await serve { server, _, seen in
            let client = try server.client()
            #expect(client.request("HEAD", "/events")?.status == 200)
            #expect(await eventually { seen.closed.load(ordering: .relaxed) == 1 })
        }
    }
}
