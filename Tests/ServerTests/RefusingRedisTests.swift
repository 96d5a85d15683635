import EventLoop
import Foundation
import JSON
import Redis
import TestGate
import Testing
import TestRedis

@testable import TestKit

/// A Redis that answers and does not do its work is away.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct RefusingRedisTests {
    /// How a Redis comes to refuse, and what cures it.
    struct Fault: CustomStringConvertible {
        let description: String
        let commands: [[String]]
        let cure: [[String]]
    }

    static let faults = [
        Fault(
            description: "OOM",
            commands: [["CONFIG", "SET", "maxmemory", "1"]],
            cure: [["CONFIG", "SET", "maxmemory", "0"]]
        ),
        Fault(
            description: "READONLY",
            commands: [["REPLICAOF", "127.0.0.1", "1"]],
            cure: [["REPLICAOF", "NO", "ONE"]]
        ),
        Fault(
            description: "MASTERDOWN",
            commands: [
                ["CONFIG", "SET", "replica-serve-stale-data", "no"],
                ["REPLICAOF", "127.0.0.1", "1"],
            ],
            cure: [["REPLICAOF", "NO", "ONE"]]
        ),
        Fault(
            description: "NOREPLICAS",
            commands: [["CONFIG", "SET", "min-replicas-to-write", "1"]],
            cure: [["CONFIG", "SET", "min-replicas-to-write", "0"]]
        ),
        Fault(
            description: "NOPERM",
            commands: [["ACL", "SETUSER", "default", "-@write", "-fcall"]],
            cure: [["ACL", "SETUSER", "default", "+@all"]]
        ),
        // A right that a script lacks, and its caller has.
        Fault(
            description: "script without a right",
            commands: [["ACL", "SETUSER", "default", "-zadd", "-hset", "-set"]],
            cure: [["ACL", "SETUSER", "default", "+@all"]]
        ),
    ]

    /// A connection from outside, made while all is well: a Redis that refuses greets nobody.
    private func withRedis(_ bed: ServerBed, _ body: (RedisConnection) async throws -> Void)
        async throws
    {
        let loop = EventLoop.start()
        defer { loop.stop() }
        let connection = RedisConnection(bed.redis.endpoint, on: loop)
        await connection.start()
        try #require(await connection.whenConnected(timeoutMs: 10_000))
        try await body(connection)
        await connection.close()
    }

    private func send(_ commands: [[String]], by redis: RedisConnection) async throws {
        for command in commands { _ = try await redis.send(command.map { .string($0) }) }
    }

    @Test(arguments: faults) func itIsAwayUntilItWorksAgain(_ fault: Fault) async throws {
        try await ServerBed.with(sites: 1) { bed in
            try await withRedis(bed) { try await endure(fault, bed.site, $0) }
        }
    }

    private func endure(_ fault: Fault, _ site: Site, _ redis: RedisConnection) async throws {
        try await site.configure("wait", #"{"capacity":1}"#)
        try await site.configure("admit", #"{"capacity":1,"onStoreError":"admit"}"#)
        try await site.openSale("night", #""seats":9,"price":10"#)
        _ = try await site.entered("wait", as: "ann")
        let hold = try await site.hold([1], of: "night", as: "ann")
        try await site.charge("ann", 10)
        try await send(fault.commands, by: redis)

        let calls: [(String, () async throws -> Answer)] = [
            ("enter", { try await site.enter("wait", as: "bob") }),
            (
                "hold",
                {
                    try await site.post(
                        "/performances/night/holds",
                        as: "bob",
                        #"{"seats":[2]}"#
                    )
                }
            ),
        ]
        for (name, call) in calls {
            let answer = try await call()
            expectProblem(answer, 503, "store_unavailable", "\(name)")
            #expect(answer.header("Retry-After") != nil, "\(name)")
        }
        // A room that would rather admit does; what is held can be paid: the ledger decides.
        #expect(try await site.enter("admit", as: "fay").status == 200)
        #expect(try await site.pay(hold, as: "ann", key: "p").status == 201)
        let ready = try await site.request("GET", "/readyz?for=line")
        #expect(ready.status == 503)
        #expect(ready.json?["reasons"]?.array?.compactMap(\.string) == ["redis_away"])
        let metrics = try PrometheusText(try await site.request("GET", "/metrics").text)
        #expect(metrics.value("onsale_redis_up") == 0)
        #expect(metrics.value("onsale_redis_refusals_total") ?? 0 > 0)
        #expect(site.process.errors.contains("event=redis_refuses"))

        try await send(fault.cure, by: redis)
        try await until("ready") { try await site.request("GET", "/readyz?for=line").status == 200 }
        #expect(site.process.errors.contains("event=redis_works"))
        #expect(try await site.enter("wait", as: "bob").status == 202)
        #expect(try await site.seats("night").first == "sold")
    }

    /// What frees memory goes on: the place of somebody who leaves is given away.
    @Test func aFullRedisEndsVisitsAndTellsPlaces() async throws {
        try await ServerBed.with(sites: 1) { bed in
            let site = bed.site
            try await site.configure("shop", #"{"capacity":1}"#)
            let ann = try await site.entered("shop", as: "ann").ticket
            let bob = try await site.entered("shop", as: "bob").ticket
            let cid = try await site.entered("shop", as: "cid").ticket
            try await withRedis(bed) {
                try await send([["CONFIG", "SET", "maxmemory", "1"]], by: $0)
            }
            #expect(try await site.standing("shop", as: "bob", bob).position == 1)
            try await site.done("ann", in: "shop")
            #expect(try await site.standing("shop", as: "ann", ann).state == "done")
            #expect(try await site.standing("shop", as: "bob", bob).state == "admitted")
            #expect(try await site.leave("shop", as: "bob", bob).status == 204)
            #expect(try await site.standing("shop", as: "cid", cid).state == "admitted")
        }
    }

    /// An answer that nobody expected is a mistake of ours: a number for the visitor, the reason
    /// for the operator.
    @Test func aBrokenAnswerIsToldInTheLogOnly() async throws {
        try await ServerBed.with(sites: 1) { bed in
            try await bed.site.configure("shop", "{}")
            // A foreign program has written into our keys.
            let foreign = [["DEL", "{r:shop}:waiting"], ["SET", "{r:shop}:waiting", "x"]]
            try await withRedis(bed) { try await send(foreign, by: $0) }
            let answer = try await bed.site.enter("shop", as: "ann")
            #expect(answer.status == 500 && answer.code == "internal")
            let id = try #require(answer.json?["errorId"]?.string)
            for word in ["WRONGTYPE", "user_function", "script", "room_enter", "Redis"] {
                #expect(!answer.text.contains(word), "\(word)")
            }
            let line = try #require(
                bed.site.process.errors.split(separator: "\n").first { $0.contains("id=\(id)") }
            )
            #expect(line.contains("event=internal_error") && line.contains("WRONGTYPE"))
            #expect(line.contains("POST /api/v1/rooms/shop/tickets"))
        }
    }
}
