import Store
import TestPostgres
import TestRedis
import Testing

/// A data folder, a Redis and a ledger that outlive the servers on them.
struct Ground {
    let data: String
    let redis: TestRedis
    /// Of its own, where a test is to kill it.
    let postgres: PrivatePostgres?
    let arguments: [String]

    func start(_ fault: FaultPoint? = nil) async throws -> Site {
        var environment: [String: String] = [:]
        environment["ONSALE_FAULT"] = fault?.rawValue
        return try await Site.start(data: data, arguments, environment: environment)
    }

    /// Every line of the audit holds.
    func audit() async throws {
        let process = try OnsaleProcess(["audit", "--data", data] + arguments)
        let code = try await process.exit()
        #expect(code == 0, "\(process.output)\(process.errors)")
        let lines = process.output.split(separator: "\n")
        #expect(lines.count > 8 && lines.allSatisfy { $0.hasPrefix("ok ") }, "\(lines)")
    }

    /// `isRedisDurable`: it comes back with what it knew, but for the last second.
    static func with(
        _ engine: String,
        isRedisDurable: Bool = true,
        ownPostgres: Bool = false,
        _ body: (Ground) async throws -> Void
    ) async throws {
        try await withFolder { data in
            let redis = try TestRedis(options: isRedisDurable ? ["--appendonly", "yes"] : [])
            defer { redis.stop() }
            var arguments = ["--redis", "unix:\(redis.socketPath)"]
            let own = ownPostgres ? try PrivatePostgres() : nil
            defer { own?.stop() }
            let database = engine == "postgres" && own == nil ? try TestDatabase() : nil
            defer { database?.drop() }
            if let url = own?.url() ?? database?.url { arguments += ["--ledger", url] }
            try await body(
                Ground(data: data, redis: redis, postgres: own, arguments: arguments)
            )
        }
    }
}
