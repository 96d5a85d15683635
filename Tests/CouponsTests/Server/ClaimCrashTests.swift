import Foundation
import JSON
import Synchronization
import TestGate
import Testing
import TestPostgres
import TestRedis

@testable import Ledger
@testable import TestKit

/// `kill -9` of Redis, of a server, of PostgreSQL in the middle of a wave of claims: afterwards all
/// are issued, each to one user, and who saw a yes has it.
@Suite(.sideBySide, .timeLimit(.minutes(5))) struct ClaimCrashTests {
    private static let users = 1_000
    private static let quantity = 500
    /// When it happens: this many have seen a yes.
    private static let early = 60

    /// Servers of which one may be replaced.
    private final class Servers: Sendable {
        private let list: Mutex<[Site]>
        init(_ sites: [Site]) { list = Mutex(sites) }
        var all: [Site] { list.withLock { $0 } }
        func replace(_ index: Int, by site: Site) { list.withLock { $0[index] = site } }

        private let struck = Mutex(false)
        var isStruck: Bool {
            get { struck.withLock { $0 } }
            set { struck.withLock { $0 = newValue } }
        }
    }

    /// A wave in the middle of which `strike` ends something, and `mend` starts it again.
    private func wave(
        _ ground: Ground,
        servers count: Int,
        strike: @escaping @Sendable (Servers) -> Void,
        mend: @Sendable (Servers) async throws -> Void
    ) async throws {
        var sites: [Site] = []
        for _ in 0..<count { sites.append(try await ground.start()) }
        try await sites[0].openCoupon("c", #""quantity":\#(Self.quantity)"#)
        let servers = Servers(sites)
        let wave = ClaimWave(
            "c",
            sites: { servers.all },
            disaster: (
                Self.early,
                {
                    strike(servers)
                    servers.isStruck = true
                }
            )
        )
        async let all: Void = wave.run(users: Self.users)
        try await until("it has struck") { servers.isStruck }
        try await mend(servers)
        try await all
        let report = wave.report
        #expect(report.soldOut == Self.users - Self.quantity)
        #expect(report.troubles > 0, "nobody noticed")
        try await wave.check(quantity: Int64(Self.quantity), at: servers.all[0])
        try await ground.audit()
    }

    @Test(arguments: ["sqlite", "postgres"], [false, true])
    func ofRedis(_ engine: String, _ isDurable: Bool) async throws {
        try await Ground.with(engine, isRedisDurable: isDurable) { ground in
            try await wave(
                ground,
                servers: engine == "sqlite" ? 1 : 2,
                strike: { _ in ground.redis?.kill() },
                mend: { _ in try ground.redis?.start() }
            )
        }
    }

    @Test(arguments: ["sqlite", "postgres"])
    func ofAServer(_ engine: String) async throws {
        try await Ground.with(engine) { ground in
            try await wave(
                ground,
                servers: engine == "sqlite" ? 1 : 2,
                strike: { $0.all[0].process.signal(SIGKILL) },
                mend: { servers in
                    #expect(try await servers.all[0].process.exit() == -9)
                    servers.replace(0, by: try await ground.start())
                }
            )
        }
    }

    @Test func ofPostgres() async throws {
        try await Ground.with("postgres", ownPostgres: true) { ground in
            try await wave(
                ground,
                servers: 2,
                strike: { _ in #expect(throws: Never.self) { try ground.postgres?.kill() } },
                mend: { _ in try ground.postgres?.start() }
            )
        }
    }

    @Test(
        arguments: ["sqlite", "postgres"],
        [
            FaultPoint.claimGiven, .ledgerWritten, .ledgerCommitted, .claimCommitted,
            .claimSettled,
        ]
    )
    func atEveryStepOfAClaim(_ engine: String, _ fault: FaultPoint) async throws {
        // PostgreSQL commits in another process: these two steps are SQLite's.
        if engine == "postgres", fault == .ledgerWritten || fault == .ledgerCommitted { return }
        try await Ground.with(engine) { ground in
            do {
                let site = try await ground.start()
                try await site.openCoupon("c", #""quantity":2"#)
            }
            let dying = try await ground.start(fault)
            await #expect(throws: ClientError.self) { try await dying.claim("c", as: "ann") }
            #expect(try await dying.process.exit() == -9)
            let site = try await ground.start()
            // Undecided for up to two seconds.
            var answer = try await site.claim("c", as: "ann")
            try await until("ann has one") {
                if answer.status == 503 { answer = try await site.claim("c", as: "ann") }
                return answer.status != 503
            }
            #expect(answer.status == 201 || answer.code == "coupon_already_claimed")
            #expect(answer.json?["sequence"]?.integer == 1, "\(answer.text)")
            #expect(try await site.claim("c", as: "bob").json?["sequence"]?.integer == 2)
            #expect(try await site.claim("c", as: "cat").code == "coupon_sold_out")
            try await ground.audit()
        }
    }
}
