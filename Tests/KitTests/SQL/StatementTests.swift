import TestGate
import Testing

@testable import SQL

@Suite(.sideBySide) struct StatementTests {
    @Test func whatIsInterpolatedIsBound() {
        let name = "'; drop table seats; --"
        let statement: SQL = "select seat from seats where name = \(name) and seat > \(4)"
        #expect(statement.text == "select seat from seats where name = $1 and seat > $2")
        #expect(statement.values == [.text(name), .integer(4)])
    }

    @Test func nilIsNull() {
        let nothing: Int64? = nil
        let statement: SQL = "select \(nothing), \("x" as String?)"
        #expect(statement.values == [.null, .text("x")])
    }

    @Test func aStatementIsSplicedInWithItsValues() {
        let condition: SQL = "a = \(1) and b = \(2)"
        let statement: SQL = "select \(0) where \(condition) or c = \(3)"
        #expect(statement.text == "select $1 where a = $2 and b = $3 or c = $4")
        #expect(statement.values == [0, 1, 2, 3].map { .integer($0) })
    }

    @Test func rowsAreListed() {
        let rows = SQL.rows([[.integer(1), .text("a")], [.integer(2), .null]])
        let statement: SQL = "insert into t values \(rows) returning \(9)"
        #expect(statement.text == "insert into t values ($1, $2), ($3, $4) returning $5")
        #expect(statement.values.count == 5)
    }

    @Test func aMigrationIsCutIntoTheStatementsOfItsEngine() {
        let text = """
            -- about; this
            create table t (
              id bigint, -- postgres
              id integer, -- sqlite
              -- the name;
              name text -- never null
            );

            create index i on t (name);
            """
        let migration = Migration(number: 1, name: "t", text: text, digest: "")
        #expect(
            migration.statements(for: .sqlite) == [
                "create table t (\n  id integer,\n  name text\n);\n",
                "create index i on t (name);\n",
            ]
        )
        #expect(migration.statements(for: .postgres)[0].contains("id bigint"))
    }

    @Test func aReaderThatDisagreesWithItsStatementIsToldSo() throws {
        let row = SQLRow([.integer(1), .null, .text("a")])
        #expect(try row.integer(0) == 1)
        #expect(try row.optionalText(1) == nil)
        #expect(throws: SQLError.broken("column 1 is null")) { try row.integer(1) }
        #expect(throws: SQLError.broken("column 2 is text")) { try row.integer(2) }
        #expect(throws: SQLError.broken("there is no column 3")) { try row.text(3) }
    }
}
