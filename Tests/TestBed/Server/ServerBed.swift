import Foundation
import TestGate
import TestPrograms
import Testing
import TestPostgres
import TestRedis

/// Two server processes with one data folder on one private Redis and one PostgreSQL database: the
/// normal way to run. One process alone keeps its ledger in SQLite.
struct ServerBed: Sendable {
    let redis: TestRedis
    let sites: [Site]
    let data: String
    /// What every process of it was started with.
    private let arguments: [String]
    /// `--redis`, and `--ledger` where it is not in the data folder.
    let engines: [String]

    var site: Site { sites[0] }
    var other: Site { sites[1] }

    /// A bed for `body`, taken down after it.
    static func with<Value>(
        _ arguments: [String] = [],
        sites count: Int = 2,
        _ body: (ServerBed) async throws -> Value
    ) async throws -> Value {
        try await withFolder { data in
            let redis = try TestRedis()
            defer { redis.stop() }
            let database = count > 1 ? try TestDatabase() : nil
            defer { database?.drop() }
            let ledger = database.map { ["--ledger", $0.url] } ?? []
            let engines = ["--redis", "unix:\(redis.socketPath)"] + ledger
            let all = engines + arguments
            var sites: [Site] = []
            for _ in 0..<count { sites.append(try await Site.start(data: data, all)) }
            let bed = ServerBed(
                redis: redis,
                sites: sites,
                data: data,
                arguments: all,
                engines: engines
            )
            return try await body(bed)
        }
    }

    /// One more process, or one in place of another that has ended.
    func start() async throws -> Site { try await Site.start(data: data, arguments) }

    /// The bed of the suite that runs.
    static func current() throws -> ServerBed { try #require(shared) }

    @TaskLocal fileprivate static var shared: ServerBed?

    /// A room's name that no other test of the bed has.
    static func room() -> String { "room-" + UUID().uuidString.lowercased().prefix(13) }
}

/// One bed for all tests of a suite: they use rooms of their own and leave Redis alone.
struct SharedServerBed: SuiteTrait, TestScoping {
    let isRecursive = false

    @concurrent func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await ServerBed.with { bed in
            try await ServerBed.$shared.withValue(bed) { try await function() }
        }
    }
}

extension Trait where Self == SharedServerBed {
    static var serverBed: Self { SharedServerBed() }
}

/// The contract, told to two processes.
@Suite(.sideBySide, .serverBed, .timeLimit(.minutes(2))) struct ContractTests {}
