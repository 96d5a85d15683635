import EventLoop
import TestGate
import Testing
import TestPostgres

@testable import SQL
@testable import TestKit

/// What group commit does on PostgreSQL beyond the contract of all engines.
@Suite(.alone, .timeLimit(.minutes(2))) struct PostgresGroupTests {
    private static let table: SQL = """
        create table counters (
          name text not null,
          value bigint not null default 0,
          constraint counters_name primary key (name),
          constraint value_small check (value < 1000)
        )
        """

    /// Fails with that SQLSTATE.
    private static func failing(_ code: String) -> SQL {
        SQL(stringLiteral: "do $$ begin raise exception 'made' using errcode = '\(code)'; end $$")
    }

    static func make(_ database: PostgresDatabase, _ names: String...) async throws {
        _ = try await database.commit([
            table, "insert into counters (name) values \(SQL.rows(names.map { [.text($0)] }))",
        ])
    }

    @Test func resultsAreTheirEntrysOwnInEveryWayOfSending() async throws {
        try await withPostgres { database in
            try await Self.make(database, "a")
            // Many rounds: with refusals in some, so that groups go at once and guarded.
            for round in 0..<6 {
                let answers = try await together(40) { index -> String in
                    let name = "\(round)-\(index)"
                    let isBad = round % 2 == 1 && index % 5 == 0
                    let entry: [SQL] = [
                        "insert into counters (name) values (\(name)) returning name",
                        "update counters set value = \(isBad ? 5_000 : index) where name = \(name)",
                        "select name, value from counters where name = \(name)",
                    ]
                    if isBad {
                        let violation = await database.violation(of: entry)
                        #expect(violation?.constraint == "value_small")
                        #expect(violation?.statement == 1)
                        return "bad"
                    }
                    let results = try await database.commit(entry)
                    #expect(results.map(\.changes) == [1, 1, 0])
                    #expect(try results[0].rows[0].text(0) == name)
                    return "\(try results[2].rows[0].text(0)) \(try results[2].rows[0].integer(1))"
                }
                for (index, answer) in answers.enumerated() {
                    #expect(answer == "bad" || answer == "\(round)-\(index) \(index)")
                }
            }
            #expect(try await database.count("counters") == 1 + 3 * 40 + 3 * 32)
        }
    }

    @Test(arguments: ["53100", "53300", "58030", "57P01"])
    func anEngineThatCannotMeansUnavailableAndNothingDone(code: String) async throws {
        try await withPostgres { database in
            try await Self.make(database, "a")
            let failure = await database.failure(of: [
                "update counters set value = 1", Self.failing(code),
            ])
            #expect(failure == .unavailable("made (\(code))"))
            #expect(try await database.numbers("select value from counters") == [0])
            #expect(await database.failure(of: ["update counters set value = 2"]) == nil)
        }
    }

    @Test func aStatementThatTakesTooLongFailsAlone() async throws {
        var configuration = PostgresConfiguration()
        configuration.statementTimeoutMs = 100
        try await withPostgres(configuration) { database in
            try await Self.make(database, "a", "b")
            let failures = try await together(2) { index in
                await database.failure(
                    of: index == 0
                        ? ["update counters set value = 1 where name = 'b'", "select pg_sleep(60)"]
                        : ["update counters set value = 1 where name = 'a'"]
                )
            }
            #expect(failures[0]?.isUnavailable == true)
            #expect(failures[1] == nil)
            #expect(
                try await database.numbers("select value from counters order by name") == [1, 0]
            )
        }
    }

    @Test func whoCannotBeServedIsTurnedAway() async throws {
        var configuration = PostgresConfiguration()
        configuration.entriesPendingMax = 10
        let place = try TestDatabase()
        defer { place.drop() }
        try await withPostgres(at: place.url, configuration) { database in
            try await Self.make(database, "a")
            let failures = try await together(30) { _ in
                await database.failure(of: ["update counters set value = value + 1"])
            }
            #expect(failures.count { $0 == .busy("10 wait already") } == 20)
            #expect(try await database.numbers("select value from counters") == [10])
        }
    }

    @Test func moreValuesThanTheProtocolCountsAreRefusedBeforeTheyDisturbOthers() async throws {
        try await withPostgres { database in
            try await Self.make(database, "a")
            func entry(_ count: Int) -> [SQL] {
                let rows = SQL.rows((0..<count).map { [.text("\($0)")] })
                return ["insert into counters (name) values \(rows)"]
            }
            #expect(await database.failure(of: entry(65_536))?.isBroken == true)
            #expect(await database.failure(ofReading: entry(65_536))?.isBroken == true)
            #expect(await database.failure(of: entry(65_535)) == nil)
            #expect(await database.statistics().reconnects == 0)
        }
    }

    // MARK: Two that meet

    /// Two databases meet on two rows in opposite order. `UPDATE` is what is not locked ahead.
    @Test func aDeadlockIsTriedAgain() async throws {
        func entry(_ first: String, _ second: String) -> [SQL] {
            [
                "update counters set value = value + 1 where name = \(first)",
                PostgresMeeting.here,
                "UPDATE counters set value = value + 1 where name = \(second)",
            ]
        }
        let met = try await PostgresMeeting([entry("a", "b")], [entry("b", "a")])
        #expect(met.failures == [nil, nil] && met.values == [2, 2, 0])
        #expect(met.deadlocks > 0)
    }

    /// A sequence goes on in what is undone, too: this fails until it was tried six times, and each
    /// try of an entry is two, at once and guarded.
    @Test(arguments: [(5, true), (1, false)])
    func aPassingFailureIsTriedAgainForATime(retriesMax: Int, isDone: Bool) async throws {
        var configuration = PostgresConfiguration()
        configuration.retriesMax = retriesMax
        try await withPostgres(configuration) { database in
            try await Self.make(database, "a")
            _ = try await database.commit(["create sequence tries"])
            let failure = await database.failure(of: [
                "update counters set value = value + 1",
                """
                do $$ begin if nextval('tries') < 6 then
                  raise exception 'made' using errcode = '40001'; end if; end $$
                """,
            ])
            #expect(failure == (isDone ? nil : .unavailable("made (40001)")))
            #expect(try await database.numbers("select value from counters") == [isDone ? 1 : 0])
        }
    }

    @Test func tryingAgainHasAnEnd() async throws {
        try await withPostgres { database in
            try await Self.make(database, "a")
            let failures = try await together(4) { index in
                await database.failure(of: [
                    "update counters set value = value + 1",
                    index == 1 ? Self.failing("40001") : "select 1",
                ])
            }
            #expect(failures == [nil, .unavailable("made (40001)"), nil, nil])
            #expect(try await database.numbers("select value from counters") == [3])
        }
    }

    @Test func twoProcessesBringTheSchemaUpToDateOnce() async throws {
        let place = try TestDatabase()
        defer { place.drop() }
        let slow = Migration(
            number: 1,
            name: "slow",
            text: "create table t (a bigint);\nselect pg_sleep(0.3);\ninsert into t values (1);",
            digest: "1"
        )
        try await withPostgres(at: place.url) { one in
            try await withPostgres(at: place.url) { other in
                _ = try await together(4) { index in
                    try await (index % 2 == 0 ? one : other).migrate([slow])
                }
                #expect(try await one.count("t") == 1)
            }
        }
    }

    // MARK: Prepared statements

    @Test func whatIsPreparedIsBoundedAndAForgottenStatementIsPreparedAgain() async throws {
        var configuration = PostgresConfiguration()
        configuration.statementsMax = 20
        try await withPostgres(configuration) { database in
            try await Self.make(database, "a")
            let prepared: SQL = "select count(*) from pg_prepared_statements"
            for number in 0..<60 {
                let text = SQL(stringLiteral: "select \(number)")
                #expect(try await database.commit([text])[0].rows[0].integer(0) == Int64(number))
            }
            #expect(try await database.commit([prepared])[0].rows[0].integer(0) <= 20)
            // More in one group than there is room for.
            let many = (100..<160).map { SQL(stringLiteral: "select \($0)") }
            #expect(try await database.commit(many).count == 60)
            #expect(try await database.commit([prepared])[0].rows[0].integer(0) <= 20)

            let update: SQL = "update counters set value = value + 1"
            _ = try await database.commit([update])
            _ = try await database.commit(["deallocate all"])
            _ = try await database.commit([update])
            // A plan whose table has changed is made anew, too.
            let all: SQL = "select * from counters"
            _ = try await database.commit([all])
            _ = try await database.commit(["alter table counters add column more bigint"])
            #expect(try await database.commit([all])[0].rows[0].values.count == 3)
        }
    }
}
