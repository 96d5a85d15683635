import EventLoop
import Redis
import TestGate
import Testing
import TestRedis

@testable import TestKit

/// `onsale rankings rebuild`, and the audit of boards, beside running servers.
@Suite(.sideBySide, .timeLimit(.minutes(2))) struct RebuildTests {
    private typealias Run = (code: Int32, output: String, errors: String)

    private func run(_ words: [String], on bed: ServerBed) async throws -> Run {
        let process = try OnsaleProcess(words + ["--data", bed.data] + bed.engines)
        let code = try await process.exit()
        return (code, process.output, process.errors)
    }

    /// The audit's line of the best sellers.
    private func line(on bed: ServerBed) async throws -> String {
        let audit = try await run(["audit"], on: bed)
        let line = audit.output.split(separator: "\n").first { $0.contains("the board products") }
        #expect(audit.code == (line?.hasPrefix("BROKEN") == true ? 1 : 0), "\(audit)")
        return String(try #require(line))
    }

    /// Two processes on PostgreSQL; one on SQLite.
    @Test(arguments: [2, 1])
    func aBoardThatIsWrongIsFoundAndMadeAnew(_ count: Int) async throws {
        try await ServerBed.with(sites: count) { bed in
            for (name, units) in [("tee", 2), ("mug", 5)] {
                try await bed.site.supply(name, 10, price: 0)
                let answer = try await bed.site.order("\(name) \(units)", as: "ann", key: name)
                #expect(answer.status == 201, "\(answer.text)")
            }
            let right = "ok          the board products in Redis is what the ledger adds up to"
            try await until("the relay has brought it") { try await line(on: bed).hasPrefix(right) }
            #expect(try await line(on: bed) == right + ": 8 lists, 10 places")

            let redis = RedisConnection(bed.redis.endpoint, scripts: [], on: EventLoop.start())
            await redis.start()
            try #require(await redis.whenConnected(timeoutMs: 10_000))
            let key = "rank:{products}:a"
            let found = try await redis.send("ZRANGE", key, "0", "0").array?.first?.string
            let last = try #require(found)
            #expect(last.hasSuffix(":tee"))
            _ = try await redis.send("ZINCRBY", key, "40", last)
            let wrong = try await line(on: bed)
            #expect(wrong.hasPrefix("BROKEN"), "\(wrong)")
            #expect(wrong.hasSuffix("all: tee has 42 in Redis and 2 in the ledger"), "\(wrong)")

            let rebuild = try await run(["rankings", "rebuild", "products"], on: bed)
            #expect(rebuild.code == 0 && rebuild.output == "", "\(rebuild)")
            #expect(rebuild.errors.wholeMatch(of: /products: rebuilt in \d+ ms\n/) != nil)
            #expect(try await line(on: bed) == right + ": 8 lists, 10 places")

            // All of them, and the servers go on writing on what was built.
            let all = try await run(["rankings", "rebuild"], on: bed)
            #expect(all.code == 0, "\(all)")
            for board in ["concerts", "products"] {
                #expect(all.errors.contains("\(board): rebuilt in "))
            }
            _ = try await bed.sites[count - 1].order("tee 4", as: "bob", key: "more")
            try await until("the next sale is on it") {
                try await redis.send("ZRANGE", key, "0", "-1", "WITHSCORES").array?
                    .compactMap(\.string).contains("6") == true
            }
            #expect(try await line(on: bed) == right + ": 8 lists, 10 places")
            await redis.close()
        }
    }

    @Test func whatCannotBeRebuiltIsSaid() async throws {
        try await ServerBed.with(sites: 1) { bed in
            let unknown = try await run(["rankings", "rebuild", "products", "nobody"], on: bed)
            #expect(unknown.code == 1 && unknown.errors == "onsale: there is no board nobody\n")
            bed.redis.kill()
            let away = try await run(["rankings", "rebuild"], on: bed)
            #expect(away.code == 1 && away.errors == "onsale: Redis does not answer\n")
        }
        let flag = try await OnsaleProcess.run("rankings", "rebuild", "--colour", "red")
        #expect(flag.code == 64 && flag.errors.contains("--colour"))
        let word = try await OnsaleProcess.run("rankings", "repaint")
        #expect(word.code == 64 && word.errors.contains("repaint"))
        #expect(try await OnsaleProcess.run("rankings").code == 64)
        let help = try await OnsaleProcess.run("rankings", "rebuild", "--help")
        #expect(help.code == 0 && help.errors == "")
        for text in ["[BOARD ...]", "--redis", "--ledger", "--data"] {
            #expect(help.output.contains(text), "\(text)")
        }
    }
}
