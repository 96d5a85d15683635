import EventLoop
import Foundation
import TestGate
import Testing

@testable import HTTP
@testable import TestKit

/// What slow clients keep in memory: one copy of a text for all, and together no more than allowed.
@Suite(.alone, .timeLimit(.minutes(1))) struct BufferedTests {
    private static let mebibyte = 1 << 20
    private static let shared = [UInt8](repeating: 120, count: 4 * mebibyte)

    private static let routes: [HTTPRoute] = [
        HTTPRoute(.get, "/shared") { _ in HTTPResponse(status: 200, body: shared) },
        HTTPRoute(.get, "/own") { _ in
            HTTPResponse(status: 200, body: [UInt8](repeating: 121, count: mebibyte))
        },
        HTTPRoute(.post, "/body") { _ in text(200, "taken") },
    ]

    /// `bufferedMax` in MiB.
    private func serve(
        bufferedMax: Int = 512,
        _ configure: (inout HTTPConfiguration) -> Void = { _ in },
        _ body: (TestServer) async throws -> Void
    ) async throws {
        try await TestServer.run(
            {
                $0.buffered = BufferedBytes(max: bufferedMax << 20, loops: 1)
                configure(&$0)
            },
            routes: { _ in Self.routes },
            body
        )
    }

    /// A client that asks and takes nothing but the first bytes.
    private func silent(_ server: TestServer, _ path: String) throws -> TestClient {
        let client = try #require(TestClient(server.port, receiveBuffer: 4_096))
        client.send("GET \(path) HTTP/1.1\r\nHost: t\r\n\r\n")
        #expect(client.take(through: "\r\n\r\n")?.contains(" 200 ") == true)
        return client
    }

    private func statistics(_ server: TestServer) async -> HTTPStatistics {
        await server.server.statistics()
    }

    private func residentBytes() throws -> Int {
        let statm = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        let pages = try #require(statm.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }

    @Test func silentReadersOfOneTextShareIt() async throws {
        try await serve { server in
            let first = try silent(server, "/shared")
            let before = try residentBytes()
            let clients = try (0..<100).map { _ in try silent(server, "/shared") }
            // A copy for each would be 400 MiB.
            #expect(try residentBytes() - before < 40 * Self.mebibyte)
            #expect(await statistics(server).pinnedBytes == Self.shared.count)
            for client in clients + [first] { client.hangUp() }
            #expect(await eventually { await statistics(server).pinnedBytes == 0 })
        }
    }

    @Test func aSharedTextIsSentWhole() async throws {
        try await serve { server in
            let client = try server.client()
            for _ in 0..<2 {
                let answer = client.request("GET", "/shared")
                #expect(answer?.body.utf8.count == Self.shared.count)
                #expect(answer?.body.utf8.allSatisfy { $0 == 120 } == true)
            }
            #expect(await eventually { await statistics(server).pinnedBytes == 0 })
        }
    }

    @Test func theSlowestAreCutWhenTooMuchWaits() async throws {
        try await serve(bufferedMax: 8) { server in
            let clients = try (0..<12).map { _ in try silent(server, "/own") }
            let counted = await statistics(server)
            #expect(counted.pinnedBytes <= 8 * Self.mebibyte)
            #expect(counted.cutSlowTotal >= 4)
            // Who came first has waited the longest; who came last gets it all.
            #expect(clients[0].seesEnd())
            #expect(clients[11].take(count: Self.mebibyte) != nil)
        }
    }

    @Test func whoIsQuickIsServedBesideTheSlow() async throws {
        try await serve(bufferedMax: 8) { server in
            let slow = try (0..<7).map { _ in try silent(server, "/own") }
            let quick = try server.client()
            for _ in 0..<20 {
                #expect(quick.request("GET", "/own")?.body.utf8.count == Self.mebibyte)
            }
            #expect(slow.count == 7)
        }
    }

    /// A shared text counts once: cutting its readers would free nothing.
    @Test func readersOfOneTextAreNotCut() async throws {
        try await serve(bufferedMax: 8) { server in
            let clients = try (0..<50).map { _ in try silent(server, "/shared") }
            #expect(await statistics(server).cutSlowTotal == 0)
            #expect(clients[0].take(count: Self.shared.count) != nil)
        }
    }

    @Test func bodiesThatDoNotComeCountToo() async throws {
        try await serve(bufferedMax: 1) { server in
            let clients = try (0..<40).map { _ in
                let client = try server.client()
                client.send("POST /body HTTP/1.1\r\nHost: t\r\nContent-Length: 60000\r\n\r\nx")
                return client
            }
            // 17 of them are allowed; when so many are cut, the last has come, too.
            #expect(await eventually { await statistics(server).cutSlowTotal >= 40 - 17 })
            #expect(clients[0].seesEnd())
            #expect(await statistics(server).pinnedBytes <= Self.mebibyte)
            clients[39].send(String(repeating: "y", count: 59_999))
            #expect(clients[39].answer()?.body == "taken")
        }
    }

    @Test func aBodyInChunksCountsAsTheLongest() async throws {
        try await serve { server in
            let client = try server.client()
            client.send("POST /body HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n")
            client.send("2000\r\n" + String(repeating: "x", count: 8_192) + "\r\n")
            #expect(await eventually { await statistics(server).pinnedBytes == 65_536 })
            client.send("0\r\n\r\n")
            #expect(client.answer()?.body == "taken")
            #expect(await eventually { await statistics(server).pinnedBytes == 0 })
        }
    }

    /// One event to many streams is one copy; one to each is many, and the slowest are cut.
    @Test(arguments: [true, false]) func streamsThatAreNotReadCount(isShared: Bool) async throws {
        let streams = Shared<[EventStream]>([])
        try await TestServer.run(
            { $0.buffered = BufferedBytes(max: Self.mebibyte, loops: 1) },
            routes: { loop in
                [
                    HTTPRoute(.get, "/events") { _ in
                        let stream = EventStream(on: loop)
                        streams.change { $0.append(stream) }
                        return .events(stream)
                    }
                ]
            }
        ) { server in
            let clients = try (0..<100).map { _ in try silent(server, "/events") }
            let data = [UInt8](repeating: 120, count: 15_000)
            // Until no stream takes more: the kernel's buffers and ours are full.
            let isFull = await eventually {
                await server.onLoop {
                    let event = ServerEvent("e", data: data)
                    var taken = 0
                    for stream in streams.value {
                        let isTaken =
                            isShared ? stream.send(event) : stream.send(event: "e", data: data)
                        if isTaken { taken += 1 }
                    }
                    return taken == 0
                }
            }
            #expect(isFull)
            #expect(await eventually { await statistics(server).pinnedBytes <= Self.mebibyte })
            let counted = await statistics(server)
            #expect(counted.pinnedBytes > 0)
            #expect(isShared ? counted.cutSlowTotal == 0 : counted.cutSlowTotal > 30)
            #expect(clients.count == 100)
        }
    }

    // MARK: Descriptors

    @Test func whoComesWhenDescriptorsRunOutIsClosedAndCounted() async throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        // As if there were 60 more than the present ones: 40 for the clients, 20 for the server.
        let next = dup(0)
        close(next)
        let reserved = Int(limit.rlim_cur) - Int(next) - 60
        try await serve({ $0.descriptorsReserved = reserved }) { server in
            let clients = try (0..<40).map { _ in try server.client() }
            #expect(await eventually { await statistics(server).refusedTotal > 0 })
            #expect(clients[39].seesEnd())
            #expect(clients[0].request("POST", "/body", body: "x")?.body == "taken")
            for client in clients { client.hangUp() }
            #expect(await eventually { await statistics(server).connectionsOpen == 0 })
            try #expect(server.client().request("POST", "/body", body: "x")?.status == 200)
        }
    }

    /// The kernel tells of a connection that cannot be accepted again and again.
    @Test func withoutADescriptorTheLoopDoesNotSpin() async throws {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let all = limit
        defer {
            var all = all
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &all)
        }
        try await serve({ $0.descriptorsReserved = 0 }) { server in
            // One more, for the client.
            let next = dup(0)
            close(next)
            limit.rlim_cur = rlim_t(next) + 1
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            let client = try server.client()
            client.send("POST /body HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\n\r\nx")
            let loop = server.loop
            let before = loop.statistics.turns
            // By the loop's timers: those of Dispatch need a descriptor.
            for _ in 0..<20 {
                await Task(executorPreference: loop) { await loop.sleep(ms: 10) }.value
            }
            #expect(loop.statistics.turns - before < 200)
            #expect(await statistics(server).connectionsOpen == 0)
            var all = all
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &all)
            #expect(client.answer()?.body == "taken")
        }
    }
}
