import Foundation
import TestGate
import TestPrograms
import Testing
import TestPostgres
import TestRedis

@testable import TestKit

/// What `docs/recovery.md` says of each engine's and each process's death, done to real ones under
/// visitors who go on asking. `docs/recovery.sh` makes the table from what these print.
@Suite(.alone, .timeLimit(.minutes(3))) struct DrillTests {
    enum Death: String, CaseIterable, Sendable {
        case redisBackEmpty = "Redis killed, back after 1 s, empty"
        case redisBack = "Redis killed, back after 1 s with its file"
        case redisHangs = "Redis hangs for 3 s"
        case postgresKilled = "PostgreSQL killed, back after 1 s"
        case postgresHangs = "PostgreSQL hangs for 8 s"
        case serverKilled = "one of two onsale killed, started again after 1 s"
    }

    @Test(arguments: Death.allCases) func visitorsAreServedAgain(after death: Death) async throws {
        let isDurable = death != .redisBackEmpty
        try await Ground.with("postgres", isRedisDurable: isDurable, ownPostgres: true) { ground in
            var sites = [try await ground.start(), try await ground.start()]
            let visitors = DrillVisitors(sites)
            try await visitors.go {
                try await served(visitors, more: 20)
                try await happen(death, ground, &sites, visitors)
                // Without hands from here on.
                try await served(visitors, more: 20)
            }
            var spent: Int64 = 0
            for buyer in DrillVisitors.buyers {
                let left = try await sites[0].balance(buyer) ?? 0
                spent += DrillVisitors.points - left
            }
            #expect(spent == visitors.paidCount * DrillVisitors.price, "\(death.rawValue)")
            try await ground.audit()
            print(row(death, visitors))
            let url = URL(filePath: #filePath).deletingLastPathComponent()
                .appending(path: "../../../docs/recovery.md")
            let document = try String(contentsOf: url, encoding: .utf8)
            #expect(document.contains("| \(death.rawValue) |"), "docs/recovery.sh makes it")
        }
    }

    /// Waits until everybody was answered well again, and asked so often more.
    private func served(_ visitors: DrillVisitors, more count: Int) async throws {
        let before = DrillVisitors.Errand.allCases.map { visitors.of($0).asked }
        try await until("all are served", seconds: 90) {
            zip(DrillVisitors.Errand.allCases, before).allSatisfy {
                visitors.of($0).asked >= $1 + count && visitors.of($0).isWell
            }
        }
    }

    private func happen(
        _ death: Death,
        _ ground: Ground,
        _ sites: inout [Site],
        _ visitors: DrillVisitors
    ) async throws {
        let redis = try #require(ground.redis)
        let postgres = try #require(ground.postgres)
        switch death {
        case .redisBackEmpty, .redisBack:
            redis.kill()
            try await Task.sleep(for: .seconds(1))
            try redis.start()
        case .redisHangs:
            redis.freeze()
            try await Task.sleep(for: .seconds(3))
            redis.thaw()
        case .postgresKilled:
            try postgres.kill()
            try await Task.sleep(for: .seconds(1))
            try postgres.start()
        case .postgresHangs:
            postgres.freeze()
            try await Task.sleep(for: .seconds(8))
            postgres.thaw()
        case .serverKilled:
            sites[1].process.signal(SIGKILL)
            _ = try await sites[1].process.exit()
            try await Task.sleep(for: .seconds(1))
            let started = try await ground.start()
            sites[1] = started
            visitors.replace(1, by: started)
        }
    }

    /// A row of the table: for each errand the longest outage and what was answered in it.
    private func row(_ death: Death, _ visitors: DrillVisitors) -> String {
        let cells = DrillVisitors.Errand.allCases.map { errand -> String in
            let told = visitors.of(errand)
            guard !told.refused.isEmpty else { return "all \(told.asked) served" }
            let seconds = Double(told.outage / .milliseconds(1)) / 1_000
            let codes = told.refused.sorted { $0.key < $1.key }.map { status, count in
                "\(count) x \(status == 0 ? "no answer" : "\(status)")"
            }
            return String(format: "%.1f s: ", seconds) + codes.joined(separator: ", ")
        }
        return "drill: | \(death.rawValue) | \(cells.joined(separator: " | ")) |"
    }
}
