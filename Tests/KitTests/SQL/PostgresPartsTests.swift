import TestGate
import Testing

@testable import SQL

@Suite(.sideBySide) struct PostgresPartsTests {
    @Test func theLeastRecentlyUsedStatementMakesRoom() {
        var statements = PreparedStatements(limit: 2)
        statements.beginFlight()
        #expect(statements.use("a") == .new(name: "s1", forgetting: nil))
        statements.beginFlight()
        #expect(statements.use("b") == .new(name: "s2", forgetting: nil))
        statements.beginFlight()
        #expect(statements.use("a") == .known(name: "s1"))
        #expect(statements.use("c") == .new(name: "s3", forgetting: "s2"))
        // Both are needed now.
        #expect(statements.use("d") == .unprepared)
        statements.forget(name: "s1")
        #expect(statements.use("a") == .new(name: "s4", forgetting: nil))
        statements.fail("a")
        #expect(statements.use("a") == .unprepared)
        #expect(statements.use("a") == .new(name: "s5", forgetting: nil))
    }

    @Test func statementsDifferByTheKindsOfTheirValues() {
        let number: SQL = "select \(1)"
        let text: SQL = "select \("1")"
        let nothing: SQL = "select \(nil as String?)"
        let keys = Set([number, text, nothing].map(\.preparationKey))
        #expect(keys.count == 3)
        let other: SQL = "select \(2)"
        #expect(other.preparationKey == number.preparationKey)
    }

    @Test func entriesAreOrderedByTheRowThatTheyUpdate() {
        func order(_ entry: SQL...) -> LockOrder { LockOrder(entry) }
        let insert: SQL = "insert into t values (1)"
        let first = order("update halls set sold = sold + \(9) where hall = \("a")")
        let less = order(insert, "update halls set sold = sold - \(1) where hall = \("a")")
        let second = order("update halls set sold = sold + \(1) where hall = \("b")")
        let other = order("update users set points = \(1) where user_id = \("a")")
        #expect(first == less)
        #expect(first < second)
        #expect(second < other)
        #expect(order(insert) < first)
    }
}
