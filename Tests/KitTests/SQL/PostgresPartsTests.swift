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

    @Test func entriesAreOrderedByTheRowThatTheyTouch() {
        func row(_ table: String, _ name: String) -> SQL {
            "update t set n = n + 1 where \(row: TouchedRow(table, "name", name))"
        }

        func order(_ entry: SQL...) -> LockOrder { LockOrder(entry) }
        let insert: SQL = "insert into t values (1)"
        let first = order(row("halls", "a"))
        let less = order(insert, row("halls", "a"), row("users", "b"))
        let second = order(row("halls", "b"))
        let other = order(row("users", "a"))
        #expect(first == less)
        #expect(first < second)
        #expect(second < other)
        #expect(order(insert) < first)
        #expect(!(order(insert) < order(insert)))
    }

    /// Also through a part that is put into a statement.
    @Test func aStatementSaysWhichRowsItTouches() {
        let row = TouchedRow("halls", "hall", "a")
        let part: SQL = "where \(row: row)"
        let whole: SQL = "update halls set sold = \(1) \(part) and sold = \(2)"
        #expect(whole.text == "update halls set sold = $1 where hall = $2 and sold = $3")
        #expect(whole.values == [.integer(1), .text("a"), .integer(2)])
        #expect(whole.touches == [row])
    }

    @Test func onlyEntriesOfSeveralRowsLockAhead() {
        func row(_ name: String) -> SQL {
            "update halls set n = 1 where \(row: TouchedRow("halls", "hall", name))"
        }
        #expect(LockAhead.statements(for: [[row("b"), row("b")], [row("a")]]) == [])
        let ahead = LockAhead.statements(for: [[row("c"), row("b")], [row("a")], ["select 1"]])
        #expect(ahead.map(\.values) == [[.text("{\"a\",\"b\",\"c\"}")]])
        func user(_ name: String) -> SQL {
            "update users set n = 1 where \(row: TouchedRow("users", "name", name))"
        }
        let two = LockAhead.statements(for: [[row("b"), user("y"), row("a"), user("x")]])
        #expect(two.map(\.values) == [[.text("{\"a\",\"b\"}")], [.text("{\"x\",\"y\"}")]])
    }
}
