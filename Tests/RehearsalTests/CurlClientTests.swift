import EventLoop
import Synchronization
import TestGate
import Testing

@testable import Rehearsal

@Suite(.sideBySide) struct CurlClientTests {
    /// Runs `body` with a client on a loop of its own.
    private func withClient<Value: Sendable>(
        connections: Int = 4,
        timeoutMs: Int = 5_000,
        _ body: @Sendable @escaping (CurlClient, EventLoop) async -> Value
    ) async -> Value {
        let loop = EventLoop.start()
        defer { loop.stop() }
        return await Task(executorPreference: loop) {
            let client = CurlClient(on: loop, connections: connections, timeoutMs: timeoutMs)
            defer { client.close() }
            return await body(client, loop)
        }.value
    }

    private static func get(_ client: CurlClient, _ request: Request) async -> Response {
        await withUnsafeContinuation { continuation in
            client.send(request) { continuation.resume(returning: $0) }
        }
    }

    /// All at once; the answers in the order they came.
    private static func all(
        _ client: CurlClient,
        _ loop: EventLoop,
        _ requests: [Request]
    ) async -> [Response] {
        var responses: [Response] = []
        for request in requests { client.send(request) { responses.append($0) } }
        while responses.count < requests.count { await loop.sleep(ms: 1) }
        return responses
    }

    @Test func oneConnectionServesOneRequestAfterTheOther() async {
        let server = TinyServer { .json(200, $0.method + " " + $0.path) }.start()
        defer { server.stop() }
        let url = server.url
        let opened = await withClient { client, _ in
            for _ in 0..<20 {
                let response = await Self.get(client, Request(.get, url + "/a"))
                #expect(response.status == 200)
                #expect(String(decoding: response.body, as: UTF8.self) == "GET /a")
                #expect(response.receivedNs >= response.sentNs)
            }
            return client.connectionsOpened
        }
        #expect(opened == 1)
        #expect(server.connectionsAccepted == 1)
    }

    @Test func aConnectionBrokenOnPurposeIsNoFailureOfTheServer() async {
        let server = TinyServer { $0.path == "/slow" ? .never : .json(200, "{}") }.start()
        defer { server.stop() }
        let url = server.url
        let (hungUp, next) = await withClient(connections: 1) { client, _ in
            var request = Request(.post, url + "/slow")
            request.hangUpMs = 20
            let hungUp = await Self.get(client, request)
            return (hungUp, await Self.get(client, Request(.get, url + "/")))
        }
        #expect(hungUp.failure == .hungUp)
        #expect(next.status == 200)
        var traffic = Traffic()
        traffic.note(hungUp, of: .pay)
        #expect(traffic.failures == [.hungUp: 1] && traffic.outages.isEmpty)
    }

    @Test func aConnectionGivenUpBeforeItWasMadeLeavesNothingBehind() async {
        // Both take the numbers of the sockets that were given up.
        let server = TinyServer { _ in .json(200, "{}") }.start()
        let deaf = DeafServer()
        defer {
            server.stop()
            deaf.stop()
        }
        let (url, deafURL) = (server.url, deaf.url)
        let statuses = await withClient(connections: 8) { client, loop in
            let other = CurlClient(on: loop, connections: 8, timeoutMs: 5_000)
            defer { other.close() }
            var statuses: [Int] = []
            for _ in 0..<3 {
                var request = Request(.post, deafURL)
                request.hangUpMs = 20
                let given = await Self.all(client, loop, [request, request])
                #expect(given.map(\.failure) == [.hungUp, .hungUp])
                let live = Request(.get, url)
                for client in [other, client] {
                    let answers = await Self.all(client, loop, [live, live, live])
                    statuses += answers.map(\.status)
                }
            }
            return statuses
        }
        #expect(statuses == Array(repeating: 200, count: 18))
    }

    @Test func anETagIsKeptIfItIsWanted() async {
        let server = TinyServer { _ in .json(200, "{}", headers: ["etag: \"v1\""]) }.start()
        defer { server.stop() }
        let url = server.url
        let etags = await withClient { client, _ in
            var request = Request(.get, url)
            let without = await Self.get(client, request)
            request.wantsETag = true
            return [without.etag, await Self.get(client, request).etag]
        }
        #expect(etags == [nil, "\"v1\""])
    }

    @Test func noMoreConnectionsAreOpenedThanAllowed() async {
        let server = TinyServer { _ in .json(200, "{}") }.start()
        defer { server.stop() }
        let url = server.url
        let answered = await withClient(connections: 3) { client, loop in
            var answered = 0
            for _ in 0..<200 {
                client.send(Request(.get, url)) { response in
                    if response.status == 200 { answered += 1 }
                }
            }
            while answered < 200, client.inFlight + client.queued > 0 {
                #expect(client.inFlight <= 3)
                await loop.sleep(ms: 1)
            }
            return answered
        }
        #expect(answered == 200)
        #expect(server.connectionsAccepted <= 3)
    }

    @Test func methodsHeadersAndBodiesArriveAsTheyWereGiven() async {
        let calls = Mutex<[TinyServer.Call]>([])
        let server = TinyServer { call in
            calls.withLock { $0.append(call) }
            return call.method == "DELETE" ? .json(204, "") : .json(200, "{}")
        }.start()
        defer { server.stop() }
        let url = server.url
        await withClient(connections: 1) { client, _ in
            let header = ["X-User-Id: u"]
            let body = Array(#"{"a":1}"#.utf8)
            _ = await Self.get(client, Request(.post, url, header))
            _ = await Self.get(client, Request(.put, url, body: body))
            let left = await Self.get(client, Request(.delete, url, header))
            #expect(left.status == 204)
            _ = await Self.get(client, Request(.get, url))
        }
        let seen = calls.withLock { $0 }
        #expect(seen.map(\.method) == ["POST", "PUT", "DELETE", "GET"])
        #expect(seen.map { $0.headers["x-user-id"] } == ["u", nil, "u", nil])
        #expect(seen.map { $0.headers["content-type"] } == [nil, "application/json", nil, nil])
        #expect(seen[1].body == #"{"a":1}"#)
        #expect(seen[0].headers["content-length"] == "0")
    }

    @Test func aRefusedConnectionIsAFailureWithAName() async {
        let server = TinyServer { _ in .hangUp }.start()
        let url = server.url
        server.stop()
        let response = await withClient { client, _ in
            await Self.get(client, Request(.get, url))
        }
        #expect(response.failure == .refused)
        #expect(response.status == 0)
    }

    @Test func aConnectionThatClosesIsAReset() async {
        let server = TinyServer { _ in .hangUp }.start()
        defer { server.stop() }
        let url = server.url
        let response = await withClient { client, _ in
            await Self.get(client, Request(.get, url))
        }
        #expect(response.failure == .reset)
    }

    @Test func aServerThatNeverAnswersTimesOut() async {
        let server = TinyServer { _ in .never }.start()
        defer { server.stop() }
        let url = server.url
        let response = await withClient(timeoutMs: 100) { client, _ in
            await Self.get(client, Request(.get, url))
        }
        #expect(response.failure == .timedOut)
        #expect(response.receivedNs - response.sentNs >= 95_000_000)
    }

    @Test func aClientGoesOnAfterAnIdleConnectionWasClosed() async {
        let closes = Mutex(true)
        let server = TinyServer { _ in
            closes.withLock { first in
                defer { first = false }
                return first
                    ? .raw("HTTP/1.1 200 X\r\nContent-Length: 2\r\n\r\n{}") : .json(200, "{}")
            }
        }.start()
        defer { server.stop() }
        let url = server.url
        await withClient(connections: 1) { client, loop in
            #expect(await Self.get(client, Request(.get, url)).status == 200)
            while server.connectionsClosed == 0 { await loop.sleep(ms: 1) }
            #expect(await Self.get(client, Request(.get, url)).status == 200)
        }
    }

    @Test func retryAfterIsReadInSeconds() async {
        let server = TinyServer { _ in .json(503, "{}", headers: ["Retry-After: 7"]) }.start()
        defer { server.stop() }
        let url = server.url
        let response = await withClient { client, _ in
            await Self.get(client, Request(.get, url))
        }
        #expect(response.status == 503)
        #expect(response.retryAfterMs == 7_000)
    }

    @Test func aStreamGivesItsBytesAndThenItsEnd() async {
        let server = TinyServer { _ in
            .raw("HTTP/1.1 200 X\r\nContent-Type: text/event-stream\r\n\r\nevent: a\ndata: 1\n\n")
        }.start()
        defer { server.stop() }
        let url = server.url
        let events = await withClient { client, _ in
            var reader = EventStreamReader()
            var events: [EventStreamReader.Event] = []
            await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
                _ = client.stream(
                    Request(.get, url),
                    onBytes: { events += reader.take($0) },
                    onEnd: { _ in continuation.resume() }
                )
            }
            #expect(client.inFlight == 0)
            return events
        }
        #expect(events == [EventStreamReader.Event(name: "a", data: [UInt8(ascii: "1")])])
    }
}
