import SQL
import Testing

@testable import TestKit

extension DatabaseContract {
    static let entries = [
        DatabaseContract("an entry is done wholly") { database in
            try await ContractTables.make(in: database)
            let results = try await database.commit([
                "insert into things (owner, thing) values (\("a"), \(1)), (\("a"), \(2))",
                "update things set amount = amount + \(5) where owner = \("a")",
                "update things set amount = \(0) where owner = \("nobody")",
                "delete from things where thing = \(2)",
            ])
            #expect(results.map(\.changes) == [2, 2, 0, 1])
            #expect(results.allSatisfy { $0.rows.isEmpty })
            #expect(try await database.numbers("select amount from things") == [5])
        },

        DatabaseContract("a refused entry leaves nothing") { database in
            try await ContractTables.make(in: database)
            let failure = await database.failure(of: [
                "insert into things (owner, thing) values (\("a"), \(1))",
                "insert into things (owner, thing) values (\("a"), \(2))",
                "insert into things (owner, thing) values (\("a"), \(1))",
                "insert into things (owner, thing) values (\("a"), \(3))",
            ])
            #expect(failure != nil)
            #expect(try await database.count("things") == 0)
        },

        DatabaseContract("a refused entry fails alone among many") { database in
            try await ContractTables.make(in: database)
            // Every third one asks for a thing that one of its neighbours has: the second of both
            // is refused, in its second statement.
            let refused = try await together(300) { index -> Bool in
                let thing = index % 3 == 2 ? index - 1 : index
                let violation = await database.violation(of: [
                    "insert into numbered (note) values (\(String(index)))",
                    "insert into things (owner, thing) values (\("a"), \(thing))",
                    "insert into numbered (note) values (\(String(index)))",
                ])
                if let violation {
                    let expected = SQLError.Violation(
                        kind: .unique,
                        constraint: "things_owner_thing",
                        statement: 1
                    )
                    #expect(violation == expected)
                }
                return violation != nil
            }
            #expect(refused.count { $0 } == 100)
            for pair in 0..<100 {
                #expect(!refused[3 * pair], "nobody else asked")
                #expect(refused[3 * pair + 1] != refused[3 * pair + 2], "one of two")
            }
            #expect(try await database.count("things") == 200)
            #expect(try await database.count("numbered") == 400)
            let statistics = await database.statistics()
            #expect(statistics.refused == 100)
            #expect(statistics.pending == 0)
        },

        DatabaseContract("what is wanted once is given once") { database in
            try await ContractTables.make(in: database)
            let given = try await together(50) { index in
                await database.failure(of: [
                    "insert into things (owner, thing, tag) values (\("a"), \(index), \("one"))"
                ]) == nil
            }
            #expect(given.count { $0 } == 1)
        },

        DatabaseContract("no update is lost") { database in
            try await ContractTables.make(in: database)
            _ = try await database.commit([
                "insert into things (owner, thing, amount) values (\("a"), \(1), \(100))"
            ])
            // Up by 3 or down by 2, by whoever comes; the CHECK refuses what would go below zero.
            let done = try await together(200) { index in
                let by = index % 2 == 0 ? 3 : -2
                let failure = await database.failure(of: [
                    "update things set amount = amount + \(by) where thing = \(1)"
                ])
                return failure == nil ? by : 0
            }
            let sum = Int64(done.reduce(100, +))
            #expect(try await database.numbers("select amount from things") == [sum])
        },

        DatabaseContract("entries that wait share a transaction") { database in
            try await ContractTables.make(in: database)
            let before = await database.statistics()
            _ = try await together(500) { index in
                try await database.commit(["insert into numbered (note) values (\("\(index)"))"])
            }
            let after = await database.statistics()
            #expect(after.entries - before.entries == 500)
            #expect(after.commits - before.commits <= 250)
            #expect(after.entrySecondsTotal > before.entrySecondsTotal)
        },

        DatabaseContract("a wrong statement is our bug, and fails alone") { database in
            try await ContractTables.make(in: database)
            let wrong: [SQL] = [
                "insert into nowhere values (1)", "insert onto things", "select 1; select 2", "",
            ]
            let failures = try await together(80) { index -> SQLError? in
                guard index % 2 == 1 else {
                    return await database.failure(of: [
                        "insert into things (owner, thing) values (\("a"), \(index))"
                    ])
                }
                return await database.failure(of: [
                    "insert into things (owner, thing) values (\("a"), \(index))",
                    wrong[index / 2 % wrong.count],
                ])
            }
            for (index, failure) in failures.enumerated() {
                #expect(index % 2 == 1 ? failure?.isBroken == true : failure == nil, "\(index)")
            }
            #expect(try await database.count("things") == 40)
            #expect(await database.problem() == nil)
        },

        DatabaseContract("an entry of nothing is nothing") { database in
            try await ContractTables.make(in: database)
            #expect(try await database.commit([]) == [])
            #expect(try await database.read([]) == [])
        },

        DatabaseContract("what was done is answered") { database in
            try await ContractTables.make(in: database)
            let first = try await database.commit([
                "insert into numbered (note) values (\("x")) returning id, note",
                "update numbered set note = \("y") where note = \("x") returning note",
                "update numbered set note = \("z") where note = \("x") returning note",
                "select note from numbered where id = \(1)",
                "insert into owners (owner) values (\("a")) on conflict (owner) do nothing",
            ])
            #expect(first[0].rows == [SQLRow([.integer(1), .text("x")])])
            #expect(first[1].rows == [SQLRow([.text("y")])])
            #expect(first[2].rows == [])
            #expect(first[3].rows == [SQLRow([.text("y")])])
            // A `select` changes nothing, and neither does a conflict that is let go.
            #expect(first.map(\.changes) == [1, 1, 0, 0, 0])
        },
    ]

    static let violations = [
        DatabaseContract("a violation names its kind, its constraint and its statement") {
            database in
            try await ContractTables.make(in: database)
            _ = try await database.commit([
                "insert into things (owner, thing, tag) values (\("a"), \(1), \("t"))"
            ])
            let good: SQL = "insert into numbered (note) values (\("n"))"
            func refused(_ statement: SQL, at place: Int) async -> SQLError.Violation? {
                await database.violation(
                    of: Array(repeating: good, count: place) + [statement, good]
                )
            }
            let unique = await refused(
                "insert into things (owner, thing, tag) values (\("a"), \(2), \("t"))",
                at: 0
            )
            #expect(unique == .init(kind: .unique, constraint: "things_tag", statement: 0))
            let key = await refused(
                "insert into things (owner, thing) values (\("a"), \(1))",
                at: 1
            )
            #expect(key == .init(kind: .unique, constraint: "things_owner_thing", statement: 1))
            let check = await refused("update things set amount = \(-1)", at: 2)
            #expect(check == .init(kind: .check, constraint: "amount_not_negative", statement: 2))
            let foreign = await refused(
                "insert into things (owner, thing) values (\("nobody"), \(1))",
                at: 3
            )
            #expect(foreign?.kind == .foreignKey)
            #expect(foreign?.statement == 3)
            let null = await refused(
                "insert into things (owner, thing) values (\("a"), \(nil as Int64?))",
                at: 4
            )
            #expect(null?.kind == .notNull)
            #expect(null?.statement == 4)
            #expect(try await database.count("numbered") == 0)
        },

        DatabaseContract("what is referred to cannot go") { database in
            try await ContractTables.make(in: database)
            _ = try await database.commit([
                "insert into things (owner, thing) values (\("a"), \(1))"
            ])
            let violation = await database.violation(of: ["delete from owners"])
            #expect(violation?.kind == .foreignKey)
            #expect(try await database.count("owners") == 1)
        },
    ]
}
