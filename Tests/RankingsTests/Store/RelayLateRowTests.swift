import SQL
import TestGate
import Testing
import Values

@testable import Ledger
@testable import Rankings
@testable import TestKit
@testable import TestLedger
@testable import TestSales

/// Proof 7 of the design for rankings: a lower row of the outbox that commits later counts, too.
@Suite(.sideBySide, .timeLimit(.minutes(2))) struct RelayLateRowTests {
    private typealias Bed = RankingBed

    /// A sale's row of the outbox has a lower id than others, and is committed after they were
    /// delivered. By a program whose events are numbered by their ids, it would be lost.
    @Test(arguments: Engine.allCases, [true, false])
    func aLowerRowThatCommitsLater(_ engine: Engine, _ isNumbered: Bool) async throws {
        var options = Bed.Options()
        if !isNumbered {
            options.editLedger = {
                $0.replacing("+ row_number() over (order by row_id)", with: "* 0 + row_id")
            }
        }
        try await Bed.with(engine, sides: 1, options) { bed in
            try await bed.sell(["tee": 1], as: "ann")
            try await bed.sell(["cap": 2], as: "bob")
            try await bed.sell(["mug": 3], as: "cat")
            // Bob's row is not there yet; its id is taken.
            let database = bed.bed.sides[0].database
            let row = try await database.commit([
                """
                delete from outbox where subject = 'cap'
                returning row_id, kind, subject, payload, at_ms
                """
            ])[0].rows[0]
            try await bed.settle()
            let before = try await bed.page(.products, .all)
            #expect(before.entries.map(\.member) == ["mug", "tee"])
            let overriding: SQL = engine == .postgres ? "overriding system value" : ""
            _ = try await database.commit([
                """
                insert into outbox (row_id, kind, subject, payload, at_ms) \(overriding)
                values (\(try row.integer(0)), \(try row.text(1)), \(try row.text(2)),
                  \(try row.text(3)), \(try row.integer(4)))
                """
            ])
            try await bed.sell(["pen": 9], as: "dan")
            // Late rows are looked for every second.
            try await bed.pass(2 * Int64(OutboxRelay.pollMs))
            try await bed.settle()
            let after = try await bed.page(.products, .all)
            let late = after.entries.contains { $0.member == "cap" }
            #expect(late == isNumbered)
            let truth = try await bed.ledger.sums.standings(of: .products, in: .all, limit: 9)
            #expect((after.entries == truth.entries) == isNumbered)
        }
    }

    /// The same with a transaction that is really open meanwhile.
    @Test func aTransactionThatIsOpenForLong() async throws {
        try await Bed.with(.postgres, sides: 1) { bed in
            var change = BoardChange()
            change.windows = [.all]
            let game = YearHistory.game
            _ = try await bed.ledger.put(change, of: game, atMs: bed.nowMs)
            let session = try PsqlSession(#require(bed.bed.ledgerURL))
            defer { session.end() }
            let payload = #"{"board":"game","member":"slow","add":5}"#
            try session.say(
                """
                begin;
                insert into score_events (board, event_id, member, change, units, at_ms)
                  values ('game', 'x', 'slow', 'add', 5, \(bed.nowMs));
                insert into scores values ('game', 'slow', 5);
                insert into outbox (kind, subject, payload, at_ms)
                  values ('score.changed', 'game', '\(payload)', \(bed.nowMs));
                """
            )
            try await until("it is open") {
                try await bed.bed.number(
                    """
                    select count(*) from pg_stat_activity where datname = current_database()
                      and state = 'idle in transaction' and query like 'insert into outbox%'
                    """
                ) == 1
            }
            let quick = ScoreChange(
                board: game,
                member: try #require(MemberID("quick")),
                change: .add(3),
                eventID: "y"
            )
            #expect(try await bed.bed.first.book.change(quick) == .applied(3))
            try await bed.settle()
            #expect(try await bed.page(game, .all).entries.map(\.member) == ["quick"])
            try session.say("commit;")
            try await until("it is on the board") {
                try await bed.pass(Int64(OutboxRelay.pollMs))
                try await bed.settle()
                return try await bed.page(game, .all).entries.map(\.member) == ["slow", "quick"]
            }
        }
    }
}
