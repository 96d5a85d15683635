import EventLoop
import Foundation
import JSON
import Redis
import TestGate
import TestPrograms
import Testing
import TestRedis

@testable import TestKit

/// What is wrong with a Redis is told at the start and by `/readyz`, before it costs a sale.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct RedisFitnessTests {
    private func with(
        _ options: [String],
        _ commands: [[String]] = [],
        _ body: (Site, RedisConnection) async throws -> Void
    ) async throws {
        let redis = try TestRedis(options: options)
        defer { redis.stop() }
        let loop = EventLoop.start()
        defer { loop.stop() }
        let connection = RedisConnection(redis.endpoint, on: loop)
        await connection.start()
        try #require(await connection.whenConnected(timeoutMs: 10_000))
        for command in commands { _ = try await connection.send(command.map { .string($0) }) }
        try await withFolder { data in
            let site = try await Site.start(data: data, ["--redis", "unix:\(redis.socketPath)"])
            try await body(site, connection)
        }
        await connection.close()
    }

    private func expectReady(_ site: Site, _ status: Int, _ word: String, _ reasons: [String])
        async throws
    {
        let answer = try await site.request("GET", "/readyz?for=line")
        #expect(answer.status == status)
        #expect(answer.json?["status"]?.string == word)
        #expect(answer.json?["reasons"]?.array?.compactMap(\.string) == reasons)
    }

    @Test func aRedisThatWouldEvictIsADoubt() async throws {
        try await with(["--maxmemory-policy", "allkeys-lru"]) { site, redis in
            try await expectReady(site, 200, "degraded", ["redis_evicts"])
            #expect(site.process.errors.contains("event=redis_evicts"))
            #expect(site.process.errors.contains("policy=allkeys-lru"))
            _ = try await redis.send("CONFIG", "SET", "maxmemory-policy", "noeviction")
            try await until("ready", seconds: 20) {
                try await site.isReady()
            }
        }
    }

    @Test func aClusterIsNotServed() async throws {
        try await with(["--cluster-enabled", "yes"]) { site, _ in
            let answer = try await site.request("GET", "/readyz?for=line")
            #expect(answer.status == 503)
            let reasons = answer.json?["reasons"]?.array?.compactMap(\.string) ?? []
            #expect(reasons.contains("redis_is_cluster"), "\(reasons)")
            #expect(site.process.errors.contains("event=redis_is_cluster"))
        }
    }

    /// A right that is missing is named, also one that no request has needed yet.
    @Test(arguments: [
        (["-zpopmin"], "ZPOPMIN {r:onsale}:probe"), (["-rename"], "RENAME {p:onsale}:probe"),
        (["resetkeys", "~{r:*", "~{p:*", "~{c:*", "~onsale:*"], "key rank:{onsale}:probe"),
        (
            ["resetkeys", "%R~{r:*", "~{p:*", "~{c:*", "~rank:*", "~onsale:*"],
            "HSET {r:onsale}:probe"
        ),
    ])
    func aMissingRightIsNamed(_ rules: [String], _ missing: String) async throws {
        let commands = [["ACL", "SETUSER", "default", "+@all"] + rules]
        try await with([], commands) { site, redis in
            try await expectReady(site, 503, "unready", ["redis_lacks_rights"])
            #expect(site.process.errors.contains(missing), "\(site.process.errors)")
            _ = try await redis.send("ACL", "SETUSER", "default", "+@all", "allkeys")
            try await until("ready", seconds: 20) {
                try await site.request("GET", "/readyz?for=line").status == 200
            }
        }
    }

    /// The rights of `docs/operating.md` are enough, for a user with no others.
    @Test func theRightsOfTheDocumentAreEnough() async throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../docs/operating.md").standardizedFileURL
        let text = try String(contentsOf: page, encoding: .utf8)
        let line = try #require(text.firstMatch(of: /ACL SETUSER onsale (.+)/)?.1)
        let rules = line.split(separator: " ").map { String($0).replacing("'", with: "") }
            .filter { !$0.hasPrefix(">") }
        let redis = try TestRedis(options: [])
        defer { redis.stop() }
        let loop = EventLoop.start()
        defer { loop.stop() }
        let connection = RedisConnection(redis.endpoint, on: loop)
        await connection.start()
        try #require(await connection.whenConnected(timeoutMs: 10_000))
        _ = try await connection.send(
            (["ACL", "SETUSER", "default", "reset", "nopass"] + rules).map { .string($0) }
        )
        await connection.close()
        try await withFolder { data in
            let site = try await Site.start(data: data, ["--redis", "unix:\(redis.socketPath)"])
            try await expectReady(site, 200, "ready", [])
            try await site.openSale("night", #""seats":9,"price":10"#)
            try await site.charge("ann", 10)
            try await site.configure("room", #"{"capacity":1}"#)
            _ = try await site.entered("room", as: "ann")
            let hold = try await site.hold([1], of: "night", as: "ann")
            #expect(try await site.pay(hold, as: "ann", key: "p").status == 201)
            #expect(site.process.errors.contains("refuses") == false, "\(site.process.errors)")
        }
    }

    /// The look asks for each command that a script sends.
    @Test func everyCommandOfTheScriptsIsLookedAt() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources").standardizedFileURL
        let look = try String(
            contentsOf: folder.appending(path: "Kit/Engines/redis/fitness_look.lua"),
            encoding: .utf8
        )
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        var commands: Set<String> = []
        for case let file as URL in files! where file.pathExtension == "lua" {
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: /redis\.p?call\(\s*'([A-Z]+)'/) {
                commands.insert(String(match.1))
            }
        }
        #expect(commands.count > 40)
        for command in commands where command != "INFO" {
            #expect(look.contains("'\(command)'"), "\(command)")
        }
    }
}
