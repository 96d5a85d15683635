import Redis
import TestGate
import Testing
import TestRedis

@testable import TestKit

@Suite(.sideBySide, .timeLimit(.minutes(1))) struct ScriptTests {
    private static let counting = RedisLibrary(
        "counting",
        shared: """
            local calls
            local function begin() calls = 0 end
            local function call(...)
              calls = calls + 1
              return redis.call(...)
            end
            """,
        [
            ("bump", "return call('INCRBY', KEYS[1], ARGV[1])"),
            ("bump_twice", "call('INCR', KEYS[1])\nreturn { call('INCR', KEYS[1]), calls }"),
        ]
    )
    private let bump = counting.script("bump", keys: 1)

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
            _ = try await connection.send("FUNCTION", "FLUSH")
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

    /// What one call leaves behind is not there for the next: `begin` has run between them.
    @Test func everyCallBeginsAnew() async throws {
        let twice = Self.counting.script("bump_twice", keys: 1)
        try await withConnection(scripts: [bump, twice]) { connection, _, _ in
            for n in 1...3 {
                let reply = try await connection.run(twice, keys: ["n"])
                #expect(reply == .array([.integer(2 * Int64(n)), .integer(2)]))
            }
        }
    }

    /// A library that is there already is as good as loaded: for a second connection, and for one
    /// that found it missing together with others.
    @Test func aLibraryThatIsThereIsNoError() async throws {
        try await withConnection(scripts: [bump]) { _, server, _ in
            try await withConnection(to: server.endpoint, scripts: [bump]) { connection, _ in
                #expect(await connection.whenConnected(timeoutMs: 10_000))
                let reply = try await connection.run(bump, keys: ["n"], arguments: [1])
                #expect(reply == .integer(1))
                #expect(await connection.statistics().reconnects == 0)
            }
        }
    }

    /// Servers of two versions on one Redis: each calls its own.
    @Test func versionsLiveSideBySide() async throws {
        func version(_ answer: Int) -> RedisScript {
            RedisLibrary("versions", [("answer", "return \(answer)")]).script("answer", keys: 0)
        }
        let old = version(1), new = version(2)
        try await withConnection(scripts: [old]) { connection, _, _ in
            // Not loaded when the connection opened: it is loaded when it is called.
            let answers = [
                try await connection.run(new, keys: []), try await connection.run(old, keys: []),
            ]
            #expect(answers == [.integer(2), .integer(1)])
        }
    }

    @Test func aLibraryThatRedisRefusesIsAnErrorThatSaysWhy() async throws {
        let broken = RedisLibrary("broken", [("f", "return (")]).script("f", keys: 0)
        try await withConnection { connection, _, _ in
            var refusal = ""
            do throws(RedisError) {
                _ = try await connection.run(broken, keys: [])
            } catch {
                refusal = "\(error)"
            }
            #expect(refusal.contains("Error compiling function"), "\(refusal)")
        }
    }
}
