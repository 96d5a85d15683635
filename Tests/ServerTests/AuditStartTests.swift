import EventLoop
import Foundation
import Redis
import TestGate
import TestPrograms
import Testing
import TestPostgres
import TestRedis

/// What reads the ledger beside a server looks first whether there is one.
@Suite(.sideBySide, .timeLimit(.minutes(2))) struct AuditStartTests {
    private static let commands = [["audit"], ["audit", "--repair"], ["rankings", "rebuild"]]

    private func expectRefused(
        _ words: [String],
        naming text: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        for command in Self.commands {
            let process = try OnsaleProcess(command + words)
            let code = try await process.exit()
            let said = "\(command) \(code)\n\(process.output)\(process.errors)"
            #expect(code == 1 && process.output.isEmpty, "\(said)", sourceLocation: sourceLocation)
            let lines = process.errors.split(separator: "\n")
            #expect(
                lines.count == 1 && process.errors.hasPrefix("onsale: ")
                    && process.errors.contains(text),
                "\(said)",
                sourceLocation: sourceLocation
            )
        }
    }

    @Test func aDatabaseWithoutALedgerIsRefused() async throws {
        let redis = try TestRedis()
        defer { redis.stop() }
        let database = try TestDatabase()
        defer { database.drop() }
        try await withFolder { data in
            let words = [
                "--data", data, "--redis", "unix:\(redis.socketPath)", "--ledger", database.url,
            ]
            try await expectRefused(words, naming: "no ledger of onsale")
            // Another program's.
            try database.psql("create table migrations (id text)")
            try await expectRefused(words, naming: "no ledger of onsale")
            try database.psql("drop table migrations")
            let site = try await Site.start(data: data, Array(words.dropFirst(2)))
            site.process.signal(SIGTERM)
            #expect(try await site.process.exit() == 0)
            let fine = try OnsaleProcess(["audit"] + words)
            #expect(try await fine.exit() == 0, "\(fine.output)\(fine.errors)")
            let last = "number = (select max(number) from migrations)"
            try database.psql("update migrations set digest = 'x' where \(last)")
            try await expectRefused(words, naming: "another migration")
            try database.psql("delete from migrations where \(last)")
            try await expectRefused(words, naming: "earlier version")
            try database.psql("delete from migrations")
            try await expectRefused(words, naming: "no ledger of onsale")
        }
        let newer = try TestDatabase()
        defer { newer.drop() }
        try await withFolder { data in
            let engines = ["--redis", "unix:\(redis.socketPath)", "--ledger", newer.url]
            let site = try await Site.start(data: data, engines)
            site.process.signal(SIGTERM)
            #expect(try await site.process.exit() == 0)
            try newer.psql("insert into migrations values (1000, 'later', 'x', 1)")
            try await expectRefused(["--data", data] + engines, naming: "later version")
        }
    }

    @Test func aFileThatIsNoLedgerIsRefused() async throws {
        let redis = try TestRedis()
        defer { redis.stop() }
        try await withFolder { data in
            let words = ["--data", data, "--redis", "unix:\(redis.socketPath)"]
            let file = data + "/ledger.sqlite"
            try Data().write(to: URL(fileURLWithPath: file))
            try await expectRefused(words, naming: "ledger")
            try Data(repeating: 0x61, count: 8_192).write(to: URL(fileURLWithPath: file))
            try await expectRefused(words, naming: "ledger")
        }
    }

    /// A check that could not be made because of what is in an engine is no green night.
    @Test func whatCannotBeReadIsAFailure() async throws {
        try await ServerBed.with(sites: 1) { bed in
            try await bed.site.configure("shop", "{}")
            bed.site.process.signal(SIGTERM)
            #expect(try await bed.site.process.exit() == 0)
            let redis = RedisConnection(bed.redis.endpoint, scripts: [], on: EventLoop.start())
            await redis.start()
            try #require(await redis.whenConnected(timeoutMs: 10_000))
            _ = try await redis.send("DEL", "onsale:rooms")
            _ = try await redis.send("SET", "onsale:rooms", "x")
            await redis.close()
            let audit = try OnsaleProcess(["audit", "--data", bed.data] + bed.engines)
            #expect(try await audit.exit() == 1, "\(audit.output)\(audit.errors)")
            #expect(audit.output.contains("FAILED      a visitor stands"), "\(audit.output)")
        }
    }
}
