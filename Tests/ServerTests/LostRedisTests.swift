import EventLoop
import Foundation
import JSON
import Redis
import TestGate
import Testing
import TestRedis

@testable import TestKit

/// Redis is emptied under two running processes.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct LostRedisTests {
    /// Sends commands to the bed's Redis from outside.
    private func withRedis<Value: Sendable>(
        _ bed: ServerBed,
        _ body: (RedisConnection) async throws -> Value
    ) async throws -> Value {
        let loop = EventLoop.start()
        defer { loop.stop() }
        let redis = RedisConnection(bed.redis.endpoint, on: loop)
        await redis.start()
        try #require(await redis.whenConnected(timeoutMs: 10_000))
        let value = try await body(redis)
        await redis.close()
        return value
    }

    /// Waits until every process has looked at its rooms: each reads ten times a second which were
    /// used.
    private func untilFollowed(_ redis: RedisConnection) async throws {
        func calls() async throws -> Int {
            let text = try await redis.send("INFO", "commandstats").string ?? ""
            let name = "cmdstat_xrange:calls="
            let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix(name) }
            let count = line?.dropFirst(name.count).split(separator: ",").first
            return count.flatMap { Int($0) } ?? 0
        }
        let start = try await calls()
        try await until("both processes have followed") { try await calls() >= start + 60 }
    }

    @Test func everybodyIsBackInOrderAndTheCapacityHolds() async throws {
        try await ServerBed.with { bed in
            try await bed.site.configure("show", #"{"capacity":3,"rate":1000}"#)
            var tickets: [String] = []
            for index in 0..<20 {
                let site = bed.sites[index % 2]
                tickets.append(try await site.entered("show", as: "u\(index)").ticket)
            }
            for index in 0..<3 {
                let told = try await bed.other.standing("show", as: "u\(index)", tickets[index])
                tickets[index] = told.ticket
            }
            try await withRedis(bed) { redis in
                try await untilFollowed(redis)
                _ = try await redis.send("FLUSHALL")
            }
            try await until("the sessions are back") {
                try await bed.other.report("show")["inside"]?.integer == 3
            }
            // A place becomes free while the line comes back, from its end to its head.
            try await bed.site.done("u0", in: "show")
            for index in (3..<20).reversed() {
                let site = bed.sites.randomElement() ?? bed.site
                let standing = try await site.standing("show", as: "u\(index)", tickets[index])
                #expect(standing.state == "waiting", "u\(index)")
            }
            #expect(try await bed.site.entered("show", as: "late").position == 18)
            try await until("the head of the line is admitted") {
                var admitted: [Int] = []
                for index in 3..<20 {
                    let site = bed.sites[index % 2]
                    let standing = try await site.standing("show", as: "u\(index)", tickets[index])
                    if standing.state == "admitted" { admitted.append(index) }
                }
                #expect(admitted.allSatisfy { $0 == 3 })
                #expect(try await bed.site.report("show")["inside"]?.integer ?? 9 <= 3)
                return admitted == [3]
            }
            for index in 4..<20 {
                let standing = try await bed.site.standing("show", as: "u\(index)", tickets[index])
                #expect(standing.position == Int64(index - 3), "u\(index)")
            }
            for index in 1..<3 {
                #expect(try await bed.other.admission("show", tickets[index]).status == 204)
            }
            #expect(try await bed.site.admission("show", tickets[0]).status == 401)
        }
    }

    @Test func aRoomOutlivesRedisAndItsProcess() async throws {
        try await ServerBed.with(sites: 0) { bed in
            let arguments = ["--redis", "unix:\(bed.redis.socketPath)"]
            let first = try await Site.start(data: bed.data, arguments)
            try await first.configure("show", #"{"capacity":0,"show":"band"}"#)
            var tickets: [String] = []
            for index in 0..<8 {
                tickets.append(try await first.entered("show", as: "u\(index)").ticket)
            }
            first.process.signal(SIGKILL)
            _ = try await first.process.exit()
            bed.redis.kill()
            try bed.redis.start()
            let second = try await Site.start(data: bed.data, arguments)
            #expect(try await second.report("show")["show"]?.string == "band")
            let line = "event=loaded_from_ledger room=show redis_had=nothing ms="
            #expect(second.process.errors.contains(line), "\(second.process.errors)")
            for index in (0..<8).reversed() {
                _ = try await second.standing("show", as: "u\(index)", tickets[index])
            }
            for (index, ticket) in tickets.enumerated() {
                let standing = try await second.standing("show", as: "u\(index)", ticket)
                #expect(standing.position == Int64(index + 1))
            }
        }
    }
}
