import TestGate
import TestPrograms
import Testing

@testable import SQL

@Suite(.sideBySide) struct SQLitePartsTests {
    @Test(arguments: [
        (2067, "UNIQUE constraint failed: t.a", "t_a"),
        (
            2067, "UNIQUE constraint failed: sold_seats.performance, sold_seats.seat",
            "sold_seats_performance_seat"
        ),
        (1555, "UNIQUE constraint failed: payments.payment", "payments_payment"),
        (2579, "UNIQUE constraint failed: t.rowid", "t_rowid"),
        (2067, "UNIQUE constraint failed: index 'things_by_lower'", "things_by_lower"),
        (275, "CHECK constraint failed: balance_not_negative", "balance_not_negative"),
        (787, "FOREIGN KEY constraint failed", ""),
        (1299, "NOT NULL constraint failed: t.a", ""),
    ])
    func aViolationIsCalledAsInPostgreSQL(_ code: Int32, _ message: String, _ name: String) {
        let error = SQLiteFailure(code: code, message: message).error(at: 3)
        guard case .violated(let violation) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(violation.constraint == name)
        #expect(violation.statement == 3)
    }

    @Test func anIndexOverAnExpressionIsNamed() async throws {
        try await withSQLite { database in
            try await ContractTables.make(in: database)
            _ = try await database.commit(["create unique index lower on owners (lower(owner))"])
            let violation = await database.violation(
                of: ["insert into owners (owner) values (\("A"))"]
            )
            #expect(violation == .init(kind: .unique, constraint: "lower", statement: 0))
        }
    }

    @Test func parametersAreNumberedAsTheyAppear() async throws {
        try await withSQLite { database in
            // Eleven: by name `$10` would stand before `$2`.
            let row = try await database.rows(
                """
                select \(11), \(10), \(9), \(8), \(7), \(6), \(5), \(4), \(3), \(2), \(1)
                """
            )
            #expect(row == [SQLRow((1...11).reversed().map { .integer($0) })])
        }
    }

    @Test func valuesThatAreNeitherIntegersNorTextAreRefused() async throws {
        try await withSQLite { database in
            for text in ["select 1.5", "select x'00'", "select 9223372036854775807 + 1"] {
                let statement = SQL(stringLiteral: text)
                #expect(await database.failure(ofReading: [statement])?.isBroken == true)
            }
        }
    }

    @Test func statementsAreKeptWithinTheirLimit() async throws {
        try await withFolder { folder in
            let owner = try SQLiteDatabase(path: folder + "/ledger")
            let connection = try SQLiteConnection(
                path: folder + "/ledger",
                isReadOnly: true,
                busyTimeoutMs: 0
            )
            let limit = 2 * SQLiteStatements.generationMax
            for number in 0..<3 * limit {
                _ = try connection.run(SQL(stringLiteral: "select \(number)"))
                _ = try connection.run("select 'often'")
                #expect(connection.preparedCount <= limit)
            }
            // The one that was used all the time was prepared once.
            #expect(connection.prepares == 3 * limit + 1)
            await owner.close()
        }
    }

    @Test func aLineIsServedInOrder() {
        let queue = WaitQueue<Int>(limit: 5_000)
        for number in 0..<5_000 { #expect(queue.append(number) == nil) }
        #expect(queue.append(5_000) == .full)
        #expect(queue.takeFirst { $0 == 1 } == nil)
        for number in 0..<3_000 { #expect(queue.takeFirst() == number) }
        #expect(queue.append(5_000) == nil)
        queue.close()
        #expect(queue.append(5_001) == .closed)
        #expect(queue.waitForWork())
        for number in 3_000...5_000 { #expect(queue.takeFirst() == number) }
        #expect(queue.takeFirst() == nil)
        #expect(!queue.waitForWork())
    }
}
