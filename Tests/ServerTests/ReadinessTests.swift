import Foundation
import JSON
import TestGate
import TestPrograms
import Testing
import TestPostgres
import TestRedis

@testable import SQL
@testable import TestKit

/// Where a balancer may send visitors while an engine is away, and that it is true.
@Suite(.alone, .timeLimit(.minutes(2))) struct ReadinessTests {
    /// A ledger that a test takes away and gives back.
    private enum TakenLedger {
        case postgres(PrivatePostgres)
        /// Another program has locked the file.
        case sqlite(SQLiteConnection)

        func take() throws {
            switch self {
            case .postgres(let server): try server.kill()
            case .sqlite(let shell): _ = try shell.run("begin immediate")
            }
        }

        func giveBack() throws {
            switch self {
            case .postgres(let server): try server.start()
            case .sqlite(let shell): _ = try shell.run("rollback")
            }
        }
    }

    /// `words` are the states of all, the line and sales.
    private func untilTold(_ site: Site, _ words: [String], _ reasons: [String]) async throws {
        try await until("\(words) \(reasons): \(site.process.errors)") {
            for (query, word) in zip(["", "?for=line", "?for=sales"], words) {
                let answer = try await site.request("GET", "/readyz\(query)")
                let isServing = ["ready", "degraded"].contains(word)
                guard answer.json?["status"]?.string == word,
                    answer.status == (isServing ? 200 : 503),
                    (answer.header("Retry-After") != nil) == !isServing,
                    answer.json?["reasons"]?.array?.compactMap(\.string) == reasons
                else { return false }
            }
            return true
        }
    }

    private static let ready = ["ready", "ready", "ready"]

    @Test(arguments: [false, true])
    func eachEngineCarriesAPartOfTheWork(isPostgres: Bool) async throws {
        try await withFolder { data in
            let redis = try TestRedis()
            defer { redis.stop() }
            let postgres = isPostgres ? try PrivatePostgres() : nil
            defer { postgres?.stop() }
            let engines = ["--redis", "unix:\(redis.socketPath)"]
            let site = try await Site.start(
                data: data,
                engines + (postgres.map { ["--ledger", $0.url()] } ?? [])
            )
            let ledger =
                try postgres.map { TakenLedger.postgres($0) }
                ?? .sqlite(
                    SQLiteConnection(
                        path: data + "/ledger.sqlite",
                        isReadOnly: false,
                        busyTimeoutMs: 5_000
                    )
                )
            // Another program's lock makes a file slow.
            let code = isPostgres ? "ledger_away" : "ledger_slow"
            try await site.configure("shop", #"{"capacity":1}"#)
            try await site.openSale("night", #""seats":9,"price":10"#)
            try await site.charge("ann", 100)
            _ = try await site.entered("shop", as: "ann")
            let hold = try await site.hold([1], of: "night", as: "ann")
            try await untilTold(site, Self.ready, [])

            try ledger.take()
            let unpaid = try await site.pay(hold, as: "ann", key: "a")
            expectProblem(unpaid, 503, "store_unavailable")
            try await untilTold(site, ["degraded", "degraded", "unready"], [code])
            #expect(try await site.enter("shop", as: "bob").status == 202)
            _ = try await site.hold([2], of: "night", as: "ann")
            try ledger.giveBack()
            try await untilTold(site, Self.ready, [])

            redis.kill()
            try await untilTold(site, ["degraded", "unready", "degraded"], ["redis_away"])
            expectProblem(try await site.enter("shop", as: "cid"), 503, "store_unavailable")
            #expect(try await site.pay(hold, as: "ann", key: "a").status == 201)

            try ledger.take()
            let refused = try await site.post(
                "/users/me/points/charges",
                as: "ann",
                key: "b",
                #"{"amount":1}"#
            )
            expectProblem(refused, 503, "store_unavailable")
            let both = ["redis_away", code]
            try await untilTold(site, ["unready", "unready", "unready"], both)
            #expect(try await site.request("GET", "/healthz").status == 200)
            try ledger.giveBack()
            try redis.start()
            try await untilTold(site, Self.ready, [])
            expectLines(site, code)
        }
    }

    /// One line for each change, which says to the operator what the codes do not.
    private func expectLines(_ site: Site, _ code: String) {
        let lines = site.process.errors.split(separator: "\n").filter {
            $0.contains(" event=readiness ")
        }
        let said = lines.compactMap { line in
            line.firstMatch(of: /status=(\w+) line=(\w+) sales=(\w+) reasons=(\S*)/).map {
                "\($0.1) \($0.2) \($0.3) \($0.4)"
            }
        }
        let ledger = "degraded degraded unready \(code)"
        let redis = "degraded unready degraded redis_away"
        #expect(said.starts(with: [ledger, #"ready ready ready """#, redis]), "\(lines)")
        #expect(said.contains("unready unready unready redis_away,\(code)"), "\(lines)")
        #expect(said.last == #"ready ready ready """#, "\(lines)")
        for (index, line) in said.enumerated().dropFirst() { #expect(line != said[index - 1]) }
        for line in lines where line.contains("status=degraded") {
            #expect(line.contains("level=warn"))
            #expect(line.contains(" redis=") || line.contains(" ledger="), "\(line)")
        }
    }

    @Test func onlyPartsThatThereAreCanBeAskedFor() async throws {
        try await ServerBed.with(sites: 1) { bed in
            for query in ["for=moon", "for=", "for=Line", "for=line&for=sales"] {
                let answer = try await bed.site.request("GET", "/readyz?\(query)")
                expectProblem(answer, 400, "invalid_request", "\(query)")
            }
            for query in ["", "?for=line", "?for=sales"] {
                let client = try HTTPClient(bed.site.port)
                client.send("HEAD", "/readyz\(query)")
                let head = try await client.head()
                #expect(head.status == 200 && head.header("Content-Length") != nil)
                // No body stands between the two answers.
                client.send("GET", "/healthz")
                #expect(try await client.answer().status == 200)
            }
        }
    }
}
