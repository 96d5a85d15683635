import SQL
import TestPostgres
import Testing

/// In which order groups lock rows: those of two connections that meet wait one way only.
@Suite(.timeLimit(.minutes(2))) struct PostgresLockTests {
    /// Groups of two connections that update the same rows, submitted in opposite order. Ordered,
    /// they wait one way only. `UPDATE` is what the order does not know.
    @Test(arguments: [("update", true), ("UPDATE", false)])
    func groupsThatUpdateTheSameRowsDoSoInOneOrder(verb: String, isOrdered: Bool) async throws {
        let place = try TestDatabase()
        defer { place.drop() }
        let failures = try await withPostgres(at: place.url) { one in
            try await PostgresGroupTests.make(one, "a", "b")
            return try await withPostgres(at: place.url) { other in
                let update = SQL(stringLiteral: "\(verb) counters set value = value + 1 ")
                return try await concurrently(4) { index in
                    let name = ["a", "b", "b", "a"][index]
                    return await (index < 2 ? one : other).failure(of: [
                        "\(update) where name = \(name)", "select pg_sleep(0.2)",
                    ])
                }
            }
        }
        #expect(failures == [nil, nil, nil, nil])
        let deadlocks = try place.psql(
            "select deadlocks from pg_stat_database where datname = current_database()"
        )
        #expect((deadlocks == "0") == isOrdered)
    }

    /// An entry with two rows, and another connection's that wants the second of them and one that
    /// the first one's group comes to last. Locked ahead, they wait one way only.
    @Test(arguments: [("update", true), ("UPDATE", false)])
    func entriesOfSeveralRowsDoNotMeetCrosswise(verb: String, isOrdered: Bool) async throws {
        let place = try TestDatabase()
        defer { place.drop() }
        let failures = try await withPostgres(at: place.url) { one in
            try await PostgresGroupTests.make(one, "a", "b", "c")
            return try await withPostgres(at: place.url) { other in
                let update = SQL(stringLiteral: "\(verb) counters set value = value + 1")
                return try await concurrently(3) { index in
                    let rows = [["a", "c"], ["b"], ["b", "c"]][index]
                    // The third has `b` before the second wants it, and wants `c` when the first
                    // has it.
                    let seconds: SQL = index < 2 ? "0.2" : "0.3"
                    return await (index < 2 ? one : other).failure(
                        of: rows.flatMap { name in
                            ["\(update) where name = \(name)", "select pg_sleep(\(seconds))"]
                        }
                    )
                }
            }
        }
        #expect(failures == [nil, nil, nil])
        #expect(try place.psql("select sum(value) from counters") == "5")
        let deadlocks = try place.psql(
            "select deadlocks from pg_stat_database where datname = current_database()"
        )
        #expect((deadlocks == "0") == isOrdered)
    }

    /// The rows that are locked ahead are others' meanwhile, or not there, and their names are odd.
    @Test func aGroupThatLocksAheadIsDoneLikeAnother() async throws {
        try await withPostgres { database in
            let names = ["a", "it's \"b\"", "c\\", "{d,e}"]
            try await PostgresGroupTests.make(database, names[0], names[1], names[2], names[3])
            @Sendable func more(_ name: String) -> SQL {
                "update counters set value = value + 1 where name = \(name)"
            }
            let failures = try await concurrently(8) { index in
                let entry = names.map(more) + [more("nobody")]
                return await database.failure(of: index == 3 ? entry + ["broken"] : entry)
            }
            #expect(failures.enumerated().allSatisfy { ($1 == nil) == ($0 != 3) })
            #expect(try await database.numbers("select value from counters") == [7, 7, 7, 7])
        }
    }
}
