import SQL
import Testing

@testable import TestKit

extension DatabaseContract {
    private static let first = Migration(
        number: 1,
        name: "first",
        text: "create table one (a bigint);\ninsert into one (a) values (1);",
        digest: "d1"
    )
    private static let second = Migration(
        number: 2,
        name: "second",
        text: "create table two (a bigint);\ninsert into two (a) select a + 1 from one;",
        digest: "d2"
    )

    static let migrations = [
        DatabaseContract("a schema grows step by step, each once") { database in
            try await database.migrate([])
            try await database.migrate([first])
            try await database.migrate([first])
            try await database.migrate([first, second])
            try await database.migrate([first, second])
            #expect(try await database.numbers("select a from one") == [1])
            #expect(try await database.numbers("select a from two") == [2])
            let rows = try await database.rows(
                "select number, name, digest from migrations order by number"
            )
            let expected = [
                SQLRow([.integer(1), .text("first"), .text("d1")]),
                SQLRow([.integer(2), .text("second"), .text("d2")]),
            ]
            #expect(rows == expected)
            let times = try await database.numbers("select applied_at_ms from migrations")
            #expect(times.allSatisfy { $0 > 1_500_000_000_000 })
        },

        DatabaseContract("who migrates at the same time migrates once") { database in
            _ = try await together(8) { _ in try await database.migrate([first, second]) }
            #expect(try await database.count("one") == 1)
            #expect(try await database.count("migrations") == 2)
        },

        DatabaseContract("a step that was changed later is refused") { database in
            try await database.migrate([first])
            let changed = Migration(number: 1, name: "first", text: first.text, digest: "d9")
            await #expect(throws: MigrationError.changed(number: 1, name: "first")) {
                try await database.migrate([changed, second])
            }
            #expect(try await database.count("migrations") == 1)
        },

        DatabaseContract("a database of a later program is refused") { database in
            try await database.migrate([first, second])
            await #expect(throws: MigrationError.newer(number: 2)) {
                try await database.migrate([first])
            }
        },

        DatabaseContract("a step that fails leaves nothing of its run") { database in
            let wrong = Migration(
                number: 2,
                name: "wrong",
                text: "create table two (a bigint);\ninsert into nowhere values (1);",
                digest: "d2"
            )
            await #expect(throws: MigrationError.self) {
                try await database.migrate([first, wrong])
            }
            try await database.migrate([first, second])
            #expect(try await database.count("two") == 1)
        },
    ]

    static let ends = [
        DatabaseContract("after its end a database refuses") { database in
            try await ContractTables.make(in: database)
            let insert: SQL = "insert into numbered (note) values (\("x"))"
            // What is in flight is finished first: every entry has an answer.
            let answers = try await together(50) { index in
                if index == 25 { await database.close() }
                return await database.failure(of: [insert])
            }
            #expect(answers.allSatisfy { $0 == nil || $0?.isUnavailable == true })
            await database.close()
            #expect(await database.failure(of: [insert])?.isUnavailable == true)
            #expect(await database.failure(ofReading: ["select 1"])?.isUnavailable == true)
            #expect(await database.statistics().pending == 0)
        }
    ]
}
