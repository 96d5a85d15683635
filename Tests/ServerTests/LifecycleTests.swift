import Foundation
import JSON
import TestGate
import TestPrograms
import Testing
import TestRedis

@testable import TestKit

/// Stops, kills and comebacks of whole processes.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct LifecycleTests {
    /// A server with a private Redis in a folder of its own; what a kill leaves behind is ended.
    private func withPrivateRedis(_ body: (String) async throws -> Void) async throws {
        try await withFolder { folder in
            defer {
                if let pid = redisPID(folder), isRedis(pid, in: folder) { kill(pid, SIGKILL) }
            }
            try await body(folder)
        }
    }

    private func redisPID(_ data: String) -> Int32? {
        let text = try? String(contentsOfFile: data + "/redis/redis.pid", encoding: .utf8)
        return text.flatMap { Int32($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    private func isRedis(_ pid: Int32, in data: String) -> Bool {
        let work = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")
        return work?.hasPrefix(data) == true
    }

    /// 10 visitors, 3 of them inside; their tickets in the order of the line.
    private func fill(_ site: Site, _ room: String) async throws -> [String] {
        try await site.configure(room, #"{"capacity":3}"#)
        var tickets: [String] = []
        for index in 0..<10 {
            tickets.append(try await site.entered(room, as: "u\(index)").ticket)
        }
        return tickets
    }

    private func expectUnchanged(_ site: Site, _ room: String, _ tickets: [String]) async throws {
        for (index, ticket) in tickets.enumerated() {
            let standing = try await site.standing(room, as: "u\(index)", ticket)
            #expect(standing.state == (index < 3 ? "admitted" : "waiting"), "u\(index)")
            if index >= 3 { #expect(standing.position == Int64(index - 2), "u\(index)") }
        }
        #expect(try await site.report(room)["inside"]?.integer == 3)
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func stoppingFinishesWhatIsInFlight(number: Int32) async throws {
        try await withPrivateRedis { data in
            let site = try await Site.start(data: data)
            try await site.configure("shop", "{}")
            let redis = try #require(redisPID(data))
            let slow = try HTTPClient(site.port)
            slow.send(
                """
                POST /api/v1/rooms/shop/tickets HTTP/1.1\r
                Host: test\r
                X-User-Id: ann\r
                Content-Type: application/json\r
                Content-Length: 2\r
                Expect: 100-continue\r
                \r

                """
            )
            // The server has the headers and waits for the body: the request is in flight.
            #expect(try await slow.head().status == 100)
            slow.send("{")
            site.process.signal(number)
            try await until("the server stops") { site.process.errors.contains("stopping") }
            try await until("nobody listens") {
                do { _ = try HTTPClient(site.port) } catch { return true }
                return false
            }
            slow.send("}")
            let answer = try await slow.answer()
            #expect(answer.status == 200)
            #expect(try TicketDocument(answer).state == "admitted")
            #expect(try await site.process.exit() == 0)
            #expect(!isRedis(redis, in: data))
        }
    }

    @Test func stoppingEndsOpenStreams() async throws {
        try await ServerBed.with(sites: 1) { bed in
            try await bed.site.configure("shop", #"{"capacity":1}"#)
            var streams: [LiveStream] = []
            for user in ["a", "b", "c"] {
                let ticket = try await bed.site.entered("shop", as: user).ticket
                let stream = try await LiveStream(bed.site, "shop", as: user, ticket)
                #expect(try await stream.next().name == "ticket")
                streams.append(stream)
            }
            let idle = try HTTPClient(bed.site.port)
            bed.site.process.signal(SIGTERM)
            #expect(try await bed.site.process.exit() == 0)
            #expect(await idle.seesEnd())
        }
    }

    @Test func stoppingIsCleanAfterAStreamThatWasOverWhenItBegan() async throws {
        try await ServerBed.with(sites: 1) { bed in
            try await bed.site.configure("shop", "{}")
            let ann = try await bed.site.entered("shop", as: "ann")
            try await bed.site.done("ann", in: "shop")
            let stream = try await LiveStream(bed.site, "shop", as: "ann", ann.ticket)
            bed.site.process.signal(SIGTERM)
            #expect(try await bed.site.process.exit() == 0)
            #expect(stream.head.status == 200)
        }
    }

    @Test func aRestartKeepsTheLine() async throws {
        try await withPrivateRedis { data in
            let first = try await Site.start(data: data)
            let tickets = try await fill(first, "shop")
            _ = try await first.admin("POST", "shop/pause")
            first.process.signal(SIGTERM)
            #expect(try await first.process.exit() == 0)
            let second = try await Site.start(data: data)
            #expect(second.adminKey == first.adminKey)
            #expect(try await second.report("shop")["state"]?.string == "paused")
            try await expectUnchanged(second, "shop", tickets)
        }
    }

    @Test func aKilledServersSuccessorTakesOver() async throws {
        try await withPrivateRedis { data in
            let first = try await Site.start(data: data)
            let tickets = try await fill(first, "shop")
            let left = try #require(redisPID(data))
            // The append-only file is written once a second; the server itself dies at once.
            first.process.signal(SIGKILL)
            #expect(try await first.process.exit() == -SIGKILL)
            let second = try await Site.start(data: data)
            #expect(!isRedis(left, in: data))
            try await expectUnchanged(second, "shop", tickets)
        }
    }

    @Test func twoServersDoNotShareAPrivateRedis() async throws {
        try await withPrivateRedis { data in
            let first = try await Site.start(data: data)
            let run = try await OnsaleProcess.run("serve", "--port", "0", "--data", data)
            #expect(run.code == 1)
            #expect(run.errors.contains("in use by process \(first.process.pid)"))
            #expect(try await first.request("GET", "/readyz?for=line").status == 200)
        }
    }

    @Test func aKilledPrivateRedisComesBackWithTheLine() async throws {
        try await withPrivateRedis { data in
            let site = try await Site.start(data: data)
            let tickets = try await fill(site, "shop")
            let redis = try #require(redisPID(data))
            kill(redis, SIGKILL)
            try await until("another Redis serves") {
                guard let pid = redisPID(data), pid != redis else { return false }
                return try await site.request("GET", "/readyz?for=line").status == 200
            }
            let metrics = try PrometheusText(try await site.request("GET", "/metrics").text)
            #expect(metrics.value("onsale_redis_restarts_total") == 1)
            // What the last second of the append-only file lost is in the tickets.
            for (index, ticket) in tickets.enumerated() {
                _ = try await site.standing("shop", as: "u\(index)", ticket)
            }
            try await expectUnchanged(site, "shop", tickets)
        }
    }
}
