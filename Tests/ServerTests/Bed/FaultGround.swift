import Foundation
import Store
import TestPostgres
import TestRedis
import Testing

/// A data folder, a Redis and a ledger that outlive the servers on them.
struct FaultGround {
    let data: String
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

    static func with(_ engine: String, _ body: (FaultGround) async throws -> Void) async throws {
        try await withFolder { data in
            let redis = try TestRedis(options: ["--appendonly", "yes"])
            defer { redis.stop() }
            var arguments = ["--redis", "unix:\(redis.socketPath)"]
            let database = engine == "postgres" ? try TestDatabase() : nil
            defer { database?.drop() }
            if let database { arguments += ["--ledger", database.url] }
            try await body(FaultGround(data: data, arguments: arguments))
        }
    }
}
