import EventLoop
import Redis
import TestPrograms
import Testing
import TestPostgres
import TestRedis

@testable import Ledger

/// A data folder, a Redis and a ledger that outlive the servers on them.
struct Ground {
    let data: String
    /// Nil: each server starts a private one in the data folder.
    let redis: TestRedis?
    /// Of its own, where a test is to kill it.
    let postgres: PrivatePostgres?
    /// Where the ledger is in PostgreSQL that is shared with other tests.
    let database: TestDatabase?
    let arguments: [String]
    /// What moves the clocks of Redis and of all servers, where a test does that.
    let clock: VirtualClock?

    func start(_ fault: FaultPoint? = nil) async throws -> Site {
        var environment = clock?.forServers ?? [:]
        environment["ONSALE_FAULT"] = fault?.rawValue
        return try await Site.start(data: data, arguments, environment: environment)
    }

    /// Every line of the audit holds.
    func audit() async throws {
        let engines = redis == nil ? [] : arguments
        try await expectAudit(of: data, engines, environment: clock?.forServers ?? [:])
    }

    /// A connection to the Redis of this ground, for `body`.
    func withRedis<Value>(_ body: (RedisConnection) async throws -> Value) async throws -> Value {
        let loop = EventLoop.start()
        defer { loop.stop() }
        let own = RedisServerProcess(folder: data + "/redis", on: loop).endpoint
        let connection = RedisConnection(redis?.endpoint ?? own, on: loop)
        await connection.start()
        try #require(await connection.whenConnected(timeoutMs: 10_000))
        do {
            let value = try await body(connection)
            await connection.close()
            return value
        } catch {
            await connection.close()
            throw error
        }
    }

    /// `isRedisDurable`: it comes back with what it knew, but for the last second.
    static func with(
        _ engine: String,
        isRedisDurable: Bool = true,
        ownPostgres: Bool = false,
        isRedisPrivate: Bool = false,
        clock: VirtualClock? = nil,
        _ body: (Ground) async throws -> Void
    ) async throws {
        try await withFolder { data in
            var redis: TestRedis?
            var arguments: [String] = []
            if isRedisPrivate {
                if let clock { arguments = ["--redis-server", try clock.redisServer()] }
            } else {
                let made = try TestRedis(
                    options: isRedisDurable ? ["--appendonly", "yes"] : [],
                    environment: clock?.forRedis ?? [:]
                )
                arguments = ["--redis", "unix:\(made.socketPath)"]
                redis = made
            }
            defer { redis?.stop() }
            let own = ownPostgres ? try PrivatePostgres() : nil
            defer { own?.stop() }
            let database = engine == "postgres" && own == nil ? try TestDatabase() : nil
            defer { database?.drop() }
            if let url = own?.url() ?? database?.url { arguments += ["--ledger", url] }
            try await body(
                Ground(
                    data: data,
                    redis: redis,
                    postgres: own,
                    database: database,
                    arguments: arguments,
                    clock: clock
                )
            )
        }
    }
}

/// Every line of the audit of a data folder and its engines holds.
func expectAudit(of data: String, _ engines: [String], environment: [String: String] = [:])
    async throws
{
    let process = try OnsaleProcess(["audit", "--data", data] + engines, environment: environment)
    let code = try await process.exit()
    #expect(code == 0, "\(process.output)\(process.errors)")
    let lines = process.output.split(separator: "\n")
    #expect(lines.count > 8 && lines.allSatisfy { $0.hasPrefix("ok ") }, "\(lines)")
}
