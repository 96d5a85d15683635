import SQL
import TestGate
import Testing
import TestPostgres

@testable import TestKit

/// In which order groups lock rows: those of two connections that meet wait one way only.
@Suite(.alone, .timeLimit(.minutes(2))) struct PostgresLockTests {
    /// One that is not named is what the order does not know.
    private func update(_ name: String, isNamed: Bool = true) -> SQL {
        isNamed
            ? "update counters set value = value + 1 where \(row: .counter(name))"
            : "update counters set value = value + 1 where name = \(name)"
    }

    /// Groups of two connections that update the same rows, submitted in opposite order. Ordered,
    /// they wait one way only.
    @Test(arguments: [true, false])
    func groupsThatUpdateTheSameRowsDoSoInOneOrder(isOrdered: Bool) async throws {
        let (a, b) = (update("a", isNamed: isOrdered), update("b", isNamed: isOrdered))
        let met = try await PostgresMeeting(
            [[a, PostgresMeeting.here], [b]],
            [[b, PostgresMeeting.here], [a]]
        )
        #expect(met.failures == [nil, nil, nil, nil] && met.values == [2, 2, 0])
        #expect((met.deadlocks == 0) == isOrdered)
    }

    /// An entry with two rows, and another connection's that wants the second of them and one that
    /// the first one's group comes to last. Locked ahead, they wait one way only.
    @Test(arguments: [true, false])
    func entriesOfSeveralRowsDoNotMeetCrosswise(isOrdered: Bool) async throws {
        let (a, b, c) = (
            update("a", isNamed: isOrdered), update("b", isNamed: isOrdered),
            update("c", isNamed: isOrdered)
        )
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
            let failures = try await together(8) { index in
                let entry = names.map { update($0) } + [update("nobody")]
                return await database.failure(of: index == 3 ? entry + ["broken"] : entry)
            }
            #expect(failures.enumerated().allSatisfy { ($1 == nil) == ($0 != 3) })
            #expect(try await database.numbers("select value from counters") == [7, 7, 7, 7])
        }
    }
}

extension TouchedRow {
    static func counter(_ name: String) -> TouchedRow { TouchedRow("counters", "name", name) }
}
