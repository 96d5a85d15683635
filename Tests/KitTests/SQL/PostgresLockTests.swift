import SQL
import TestGate
import Testing
import TestPostgres

/// In which order groups lock rows: those of two connections that meet wait one way only.
@Suite(.alone, .timeLimit(.minutes(2))) struct PostgresLockTests {
    private func update(_ name: String, _ verb: String) -> SQL {
        "\(SQL(stringLiteral: verb)) counters set value = value + 1 where name = \(name)"
    }

    /// Groups of two connections that update the same rows, submitted in opposite order. Ordered,
    /// they wait one way only. `UPDATE` is what the order does not know.
    @Test(arguments: [("update", true), ("UPDATE", false)])
    func groupsThatUpdateTheSameRowsDoSoInOneOrder(verb: String, isOrdered: Bool) async throws {
        let (a, b) = (update("a", verb), update("b", verb))
        let met = try await PostgresMeeting(
            [[a, PostgresMeeting.here], [b]],
            [[b, PostgresMeeting.here], [a]]
        )
        #expect(met.failures == [nil, nil, nil, nil] && met.values == [2, 2, 0])
        #expect((met.deadlocks == 0) == isOrdered)
    }

    /// An entry with two rows, and another connection's that wants the second of them and one that
    /// the first one's group comes to last. Locked ahead, they wait one way only.
    @Test(arguments: [("update", true), ("UPDATE", false)])
    func entriesOfSeveralRowsDoNotMeetCrosswise(verb: String, isOrdered: Bool) async throws {
        let (a, b, c) = (update("a", verb), update("b", verb), update("c", verb))
        let met = try await PostgresMeeting(
            [[a, c, PostgresMeeting.here], [b]],
            [[b, PostgresMeeting.here, c]]
        )
        #expect(met.failures == [nil, nil, nil] && met.values == [1, 2, 2])
        #expect((met.deadlocks == 0) == isOrdered)
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
