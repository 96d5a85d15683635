import EventLoop
import Foundation
import SQL
import TestGate
import Testing
import TestPostgres

@testable import TestKit

/// PostgreSQL dies, freezes, refuses; the ledger says so, and heals by itself.
@Suite(.alone, .timeLimit(.minutes(2))) struct PostgresOutageTests {
    private static let quick: PostgresConfiguration = {
        var configuration = PostgresConfiguration()
        configuration.answerTimeoutMs = 300
        configuration.connectTimeoutMs = 300
        configuration.backoffMaxMs = 50
        return configuration
    }()

    private static let pairs: SQL = """
        create table pairs (
          pair bigint not null,
          side text not null,
          constraint pairs_pair_side primary key (pair, side)
        )
        """

    private static func pair(_ number: Int) -> [SQL] {
        ["a", "b"].map { "insert into pairs (pair, side) values (\(number), \($0))" }
    }

    /// The server, or the session that writes: the server then ends all others, and recovers.
    @Test(arguments: [true, false])
    func whatIsKilledInMidCommitLeavesNoHalfEntryAndLosesNoAnsweredOne(
        _ isServer: Bool
    ) async throws {
        let server = try PrivatePostgres(isDurable: true)
        defer { server.stop() }
        try await withPostgres(at: server.url()) { database in
            _ = try await database.commit([Self.pairs])
            let session = try await database.sessionThatWrites()
            // Writers that go on until one is refused: the server dies under all of them.
            async let answered = together(20) { writer -> [Int] in
                var done: [Int] = []
                while true {
                    let number = writer * 1_000_000 + done.count
                    switch await database.failure(of: Self.pair(number)) {
                    case nil: done.append(number)
                    case .unavailable: return done
                    case let other:
                        Issue.record("\(String(describing: other))")
                        return done
                    }
                }
            }
            // The table is an entry, too.
            #expect(await eventually { await database.statistics().entries > 502 })
            if isServer { try server.kill() } else { _ = kill(session, SIGKILL) }
            let numbers = try await answered.flatMap { $0 }
            #expect(numbers.count > 500)
            if isServer {
                #expect(await database.problem() != nil)
                try server.start()
            }
            try await until("all have connected again") {
                await database.statistics().reconnects == 3
            }
            #expect(await database.whenConnected(timeoutMs: 10_000))
            let kept = Set(try await database.numbers("select pair from pairs").map { Int($0) })
            #expect(kept.isSuperset(of: numbers))
            #expect(try await database.count("pairs") == 2 * kept.count)
            // At most what was in flight is there without an answer.
            #expect(kept.count - numbers.count <= 20)
            #expect(await database.failure(of: Self.pair(-1)) == nil)
            #expect(await database.statistics().reconnects == 3)
        }
    }

    @Test func aFrozenServerIsTimedOutAndFoundAgain() async throws {
        let server = try PrivatePostgres(isDurable: false)
        defer { server.stop() }
        try await withPostgres(at: server.url(), Self.quick) { database in
            _ = try await database.commit([Self.pairs])
            server.freeze()
            defer { server.thaw() }
            let start = ContinuousClock.now
            let failures = try await together(10) { number in
                if number % 2 == 0 { return await database.failure(of: Self.pair(number)) }
                return await database.failure(ofReading: ["select 1"])
            }
            let took = ContinuousClock.now - start
            #expect(failures.allSatisfy { $0?.isUnavailable == true })
            #expect(took >= .milliseconds(300))
            #expect(took < .seconds(3))
            // From now on nobody waits.
            #expect(await database.failure(of: Self.pair(100))?.isUnavailable == true)
            #expect(await database.problem() != nil)
            #expect(await database.statistics().pending == 0)

            server.thaw()
            #expect(await database.whenConnected(timeoutMs: 10_000))
            #expect(await database.failure(of: Self.pair(100)) == nil)
            #expect(await database.problem() == nil)
        }
    }

    @Test func whoIsThrownOutComesBack() async throws {
        try await withPostgres { database in
            let others: SQL = """
                select pg_terminate_backend(pid) from pg_stat_activity
                where application_name = 'onsale' and datname = current_database()
                  and pid <> pg_backend_pid()
                """
            _ = try await database.commit([Self.pairs, others])
            // The readers' ends arrive by themselves; the writer ends itself in the midst of an
            // entry.
            #expect(await eventually { await database.statistics().reconnects == 2 })
            #expect(await database.whenConnected(timeoutMs: 10_000))
            let suicide = Self.pair(1) + ["select pg_terminate_backend(pg_backend_pid())"]
            #expect(await database.failure(of: suicide)?.isUnavailable == true)
            #expect(await eventually { await database.statistics().reconnects == 3 })
            #expect(await database.whenConnected(timeoutMs: 10_000))
            #expect(try await database.count("pairs") == 0)
        }
    }

    @Test func nobodyThereMeansUnavailable() async throws {
        let loop = EventLoop.start()
        defer { loop.stop() }
        for (url, reason) in [
            ("postgres://a@/b?host=/nonexistent", "No such file or directory"),
            ("postgres://a:secret@no-such-host.invalid/b", "no-such-host.invalid: "),
        ] {
            let endpoint = try PostgresEndpoint.parse(url)
            let database = PostgresDatabase(endpoint, configuration: Self.quick, on: loop)
            #expect(await database.problem()?.reason == "not connected yet")
            await database.start()
            #expect(await eventually { await database.problem()?.reason != "not connected yet" })
            #expect(await database.whenConnected(timeoutMs: 20) == false)
            let problem = await database.problem()?.reason ?? ""
            #expect(problem.contains(reason), "\(problem)")
            #expect(!problem.contains("secret"))
            #expect(await database.failure(of: ["select 1"])?.isUnavailable == true)
            await #expect(throws: MigrationError.self) { try await database.migrate([]) }
            await database.close()
        }
    }

    @Test func aServerThatAnswersNothingIsNotWaitedFor() async throws {
        let server = try PrivatePostgres(isDurable: false)
        defer { server.stop() }
        server.freeze()
        let loop = EventLoop.start()
        defer { loop.stop() }
        let endpoint = try PostgresEndpoint.parse(server.url())
        let database = PostgresDatabase(endpoint, configuration: Self.quick, on: loop)
        await database.start()
        #expect(
            await eventually {
                await database.problem()?.reason.contains("no connection within 300 ms") == true
            }
        )
        await database.close()
    }

    /// A power failure after an answer that was given too early is the loss of a payment.
    @Test func aCommitIsDurableWhateverTheServerWasTold() async throws {
        let place = try TestDatabase()
        defer { place.drop() }
        try place.psql("alter database \(place.name) set synchronous_commit = off")
        #expect(try place.psql("show synchronous_commit") == "off")
        try await withPostgres(at: place.url) { database in
            let shown = try await database.commit(["show synchronous_commit"])
            #expect(shown[0].rows == [SQLRow([.text("on")])])
        }
    }

    /// Statements that wait for each other's rows go on with what was committed; under a stricter
    /// default they would fail with 40001.
    @Test func theIsolationIsOursWhateverTheServerWasTold() async throws {
        let place = try TestDatabase()
        defer { place.drop() }
        try place.psql(
            """
            alter database \(place.name) set default_transaction_isolation = serializable;
            alter database \(place.name) set default_transaction_deferrable = on
            """
        )
        try await withPostgres(at: place.url) { database in
            let shown = try await database.commit([
                "show transaction_isolation", "show transaction_deferrable",
            ])
            #expect(
                shown.map { $0.rows[0] } == ["read committed", "off"].map { SQLRow([.text($0)]) }
            )
        }
    }

    @Test func aDatabaseThatOnlyReadsIsNoLedger() async throws {
        let place = try TestDatabase()
        defer { place.drop() }
        try place.psql("alter database \(place.name) set default_transaction_read_only = on")
        let loop = EventLoop.start()
        defer { loop.stop() }
        let database = PostgresDatabase(try PostgresEndpoint.parse(place.url), on: loop)
        await database.start()
        #expect(
            await eventually {
                await database.problem()?.reason.contains("session is read-only") == true
            }
        )
        #expect(await database.problem()?.trouble == .readOnly)
        await database.close()
    }
}
