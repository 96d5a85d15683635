import SQL
import Testing

@testable import TestKit

extension DatabaseContract {
    static let values = [
        DatabaseContract("integers come back whole") { database in
            try await ContractTables.make(in: database)
            let numbers: [Int64] = [0, 1, -1, 1 << 53, (1 << 53) + 1, Int64.max, Int64.min]
            for (index, number) in numbers.enumerated() {
                let owner = "o\(index)"
                let results = try await database.commit([
                    "insert into owners (owner) values (\(owner))",
                    """
                    insert into things (owner, thing) values (\(owner), \(number))
                    returning thing
                    """,
                ])
                #expect(results[1].rows == [SQLRow([.integer(number)])])
                let read = try await database.numbers(
                    "select thing from things where owner = \(owner) and thing = \(number)"
                )
                #expect(read == [number])
            }
        },

        DatabaseContract("text comes back as it was") { database in
            try await ContractTables.make(in: database)
            let texts = [
                "", " ", "'; drop table owners; --", "a\"b\\c", "$1", "?", "%s", "line\nline\ttab",
                "날짜 🎟️ e\u{301}", "\u{10FFFF}", "null", String(repeating: "가", count: 100_000),
            ]
            for text in texts {
                _ = try await database.commit(["insert into numbered (note) values (\(text))"])
                let rows = try await database.rows(
                    "select note from numbered where note = \(text)"
                )
                #expect(rows == [SQLRow([.text(text)])])
            }
            #expect(try await database.count("owners") == 1)
        },

        DatabaseContract("a text with U+0000 is refused, never cut") { database in
            try await ContractTables.make(in: database)
            let entry: [SQL] = ["insert into numbered (note) values (\("a\0b"))"]
            #expect(await database.failure(of: entry)?.isBroken == true)
            #expect(await database.failure(ofReading: ["select \("\0")"])?.isBroken == true)
            #expect(try await database.count("numbered") == 0)
            #expect(await database.problem() == nil)
        },

        DatabaseContract("null is not empty") { database in
            try await ContractTables.make(in: database)
            _ = try await database.commit([
                "insert into things (owner, thing, tag) values (\("a"), \(1), \(nil as String?))",
                "insert into things (owner, thing, tag) values (\("a"), \(2), \("" as String?))",
                // Null is not equal to null: two rows without a tag are no violation.
                "insert into things (owner, thing, tag) values (\("a"), \(3), \(nil as String?))",
            ])
            let rows = try await database.rows("select tag from things order by thing")
            #expect(rows == [SQLRow([.null]), SQLRow([.text("")]), SQLRow([.null])])
        },

        DatabaseContract("many values and many statements fit") { database in
            try await ContractTables.make(in: database)
            let rows = SQL.rows((1...2_000).map { [.text("a"), .integer($0)] })
            let update: SQL = "update things set amount = amount + 1 where thing = \(7)"
            let results = try await database.commit(
                ["insert into things (owner, thing) values \(rows)"]
                    + Array(repeating: update, count: 300)
            )
            #expect(results.count == 301)
            #expect(results[0].changes == 2_000)
            let amount: SQL = "select amount from things where thing = \(7)"
            #expect(try await database.numbers(amount) == [300])
            let list = SQL.rows([(1...500).map { .integer($0) }])
            let listed = try await database.numbers(
                "select thing from things where thing in \(list) order by thing"
            )
            #expect(listed == Array(1...500))
        },

        DatabaseContract("statements of many texts are all understood") { database in
            try await ContractTables.make(in: database)
            // More texts than an engine keeps prepared.
            for count in 1...600 {
                let list = SQL.rows([(1...count).map { .integer(Int64($0)) }])
                let one = try await database.numbers("select \(count) where 1 in \(list)")
                #expect(one == [Int64(count)])
            }
        },
    ]

    static let reads = [
        DatabaseContract("what is committed is read") { database in
            try await ContractTables.make(in: database)
            let seen = try await together(100) { index in
                _ = try await database.commit([
                    "insert into things (owner, thing) values (\("a"), \(index))"
                ])
                return try await database.numbers("select 1 from things where thing = \(index)")
            }
            #expect(seen.allSatisfy { $0 == [1] })
        },

        DatabaseContract("a read of nothing is empty") { database in
            try await ContractTables.make(in: database)
            let results = try await database.read([
                "select thing from things", "select count(*), max(thing) from things",
            ])
            #expect(results[0] == SQLResult())
            #expect(results[1].rows == [SQLRow([.integer(0), .null])])
        },

        DatabaseContract("all statements of a read see the same state") { database in
            try await ContractTables.make(in: database)
            _ = try await database.commit([
                "insert into things (owner, thing, amount) values (\("a"), \(1), \(1000))",
                "insert into things (owner, thing) values (\("a"), \(2))",
            ])
            // Amounts move to and fro; a read in two statements never sees one between.
            let sums = try await together(200) { index -> Int64 in
                if index % 2 == 0 {
                    let by = index % 4 == 0 ? 1 : -1
                    _ = await database.failure(of: [
                        "update things set amount = amount - \(by) where thing = \(1)",
                        "update things set amount = amount + \(by) where thing = \(2)",
                    ])
                }
                let results = try await database.read([
                    "select amount from things where thing = \(1)",
                    "select amount from things where thing = \(2)",
                ])
                return try results[0].rows[0].integer(0) + results[1].rows[0].integer(0)
            }
            #expect(sums.allSatisfy { $0 == 1000 })
        },

        DatabaseContract("a read does not write") { database in
            try await ContractTables.make(in: database)
            let insert: SQL = "insert into numbered (note) values (\("x"))"
            #expect(await database.failure(ofReading: [insert])?.isBroken == true)
            #expect(await database.failure(ofReading: ["select 1", insert])?.isBroken == true)
            #expect(try await database.count("numbered") == 0)
        },

        DatabaseContract("a wrong read fails alone") { database in
            try await ContractTables.make(in: database)
            let failures = try await together(60) { index in
                await database.failure(
                    ofReading: index % 3 == 0
                        ? ["select 1", "select nothing from nowhere"] : ["select 1", "select 2"]
                )
            }
            for (index, failure) in failures.enumerated() {
                #expect(index % 3 == 0 ? failure?.isBroken == true : failure == nil, "\(index)")
            }
        },
    ]
}
