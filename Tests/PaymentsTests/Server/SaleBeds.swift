import JSON
import TestGate
import Testing

/// What a ledger is kept in, and who serves it: SQLite is one process's, PostgreSQL everybody's.
enum LedgerEngine: String, CaseIterable, Sendable { case sqlite, postgres }

/// The servers on one ledger: one on SQLite, two on PostgreSQL, where `other` is the second.
struct SaleBed: Sendable {
    let site: Site
    let other: Site

    fileprivate init(_ bed: ServerBed) {
        site = bed.sites[0]
        other = bed.sites[bed.sites.count - 1]
    }

    /// The bed of the suite that runs.
    static func on(_ engine: LedgerEngine) throws -> SaleBed {
        try #require(engine == .sqlite ? shared?.sqlite : shared?.postgres)
    }

    @TaskLocal fileprivate static var shared: (sqlite: SaleBed, postgres: SaleBed)?
}

/// One bed an engine for all tests of a suite: they use performances and users of their own.
struct SharedSaleBeds: SuiteTrait, TestScoping {
    let isRecursive = false

    @concurrent func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await ServerBed.with(sites: 1) { sqlite in
            try await ServerBed.with { postgres in
                let beds = (SaleBed(sqlite), SaleBed(postgres))
                try await SaleBed.$shared.withValue(beds) { try await function() }
            }
        }
    }
}

extension Trait where Self == SharedSaleBeds {
    static var saleBeds: Self { SharedSaleBeds() }
}

/// The contract of sales, told to both engines.
@Suite(.sideBySide, .saleBeds, .timeLimit(.minutes(3))) struct SaleContractTests {}

extension Site {
    func operate(_ method: String, _ path: String, _ body: String) async throws -> Answer {
        let headers = ["Authorization": "Bearer \(adminKey)", "Content-Type": "application/json"]
        return try await request(method, "/admin/v1\(path)", headers, body: body)
    }
}

extension Answer {
    /// The names of the document's members, in their order.
    var names: [String]? { json?.members?.map(\.name) }
}
