import Redis
import TestRedis
import Testing

@Suite(.timeLimit(.minutes(1))) struct ScriptTests {
    private let bump = RedisScript(
        name: "bump",
        body: [UInt8]("return redis.call('INCRBY', KEYS[1], ARGV[1])".utf8),
        keyCount: 1
    )

    @Test func aScriptIsThereWhenTheConnectionOpens() async throws {
        try await withConnection(scripts: [bump]) { connection, _, _ in
            let before = await connection.statistics().roundTrips
            let reply = try await connection.run(bump, keys: ["n"], arguments: [5])
            #expect(reply == .integer(5))
            #expect(await connection.statistics().roundTrips == before + 1)
        }
    }

    @Test func aLostScriptIsLoadedOnceForAllAndRunsOncePerCall() async throws {
        try await withConnection(scripts: [bump]) { connection, _, loop in
            _ = try await connection.send("SCRIPT", "FLUSH")
            let before = await connection.statistics().roundTrips
            try await loop.run {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<100 {
                        group.addTask(executorPreference: loop) {
                            _ = try await connection.run(bump, keys: ["n"], arguments: [1])
                        }
                    }
                    try await group.waitForAll()
                }
            }
            let total = try await connection.send("GET", "n").int
            #expect(total == 100)
            // 100 refusals, one load, 100 calls and the GET.
            #expect(await connection.statistics().roundTrips == before + 202)
        }
    }

    @Test func aScriptComesBackWithARestartedServer() async throws {
        try await withConnection(scripts: [bump]) { connection, server, _ in
            server.kill()
            try server.start()
            #expect(await eventually { await connection.statistics().reconnects == 1 })
            let reply = try await connection.run(bump, keys: ["n"], arguments: [2])
            #expect(reply == .integer(2))
        }
    }

    /// Lengths around the 64-byte block: padding is where a digest goes wrong.
    @Test func theDigestIsTheServers() async throws {
        try await withConnection { connection, _, _ in
            for length in [0, 1, 45, 46, 47, 53, 54, 55, 109, 110, 111, 1_000] {
                let body = "return 'x' " + String(repeating: " ", count: length)
                let script = RedisScript(name: "s", body: [UInt8](body.utf8), keyCount: 0)
                _ = try? await connection.send("SCRIPT", "FLUSH")
                _ = try? await connection.send("SCRIPT", "LOAD", body)
                let before = await connection.statistics().roundTrips
                _ = try? await connection.run(script, keys: [])
                #expect(await connection.statistics().roundTrips == before + 1, "length \(length)")
            }
        }
    }
}
