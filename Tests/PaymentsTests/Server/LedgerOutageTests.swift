import Foundation
import JSON
import TestGate
import TestPrograms
import Testing
import TestPostgres
import TestRedis

@testable import TestKit

/// PostgreSQL dies in the middle of a sale: 503, nothing half-written, healthy by itself.
@Suite(.alone, .timeLimit(.minutes(3))) struct LedgerOutageTests {
    @Test func aLostPostgresIsA503AndHealsByItself() async throws {
        try await withFolder { data in
            let redis = try TestRedis()
            defer { redis.stop() }
            let postgres = try PrivatePostgres()
            defer { postgres.stop() }
            let engines = ["--redis", "unix:\(redis.socketPath)", "--ledger", postgres.url()]
            let site = try await Site.start(data: data, engines)
            let other = try await Site.start(data: data, engines)
            try await site.openSale("night", #""seats":5,"price":10"#)
            try await site.charge("ann", 100)
            let hold = try await site.hold([1, 2], of: "night", as: "ann")
            try postgres.kill()
            for server in [site, other] {
                let answer = try await server.pay(hold, as: "ann", key: "k")
                #expect(answer.status == 503 && answer.code == "store_unavailable")
                #expect(answer.header("Retry-After") != nil)
                #expect(try await server.get("/users/me/points", as: "ann").status == 503)
            }
            for server in [site, other] {
                try await until("the server says that it sells nothing") {
                    let sales = try await server.request("GET", "/readyz?for=sales")
                    return sales.status == 503 && sales.text.contains("ledger_away")
                }
            }
            try postgres.start()
            for server in [site, other] {
                try await until("the server is ready") {
                    try await server.request("GET", "/readyz?for=sales").status == 200
                }
            }
            let answer = try await other.pay(hold, as: "ann", key: "k")
            #expect(answer.status == 201, "\(answer.text)")
            #expect(try await site.balance("ann") == 80)
            try await expectAudit(of: data, engines)
        }
    }
}
