import SQL
import TestGate
import Testing
import Values

@testable import Ledger
@testable import Rankings
@testable import TestKit
@testable import TestLedger
@testable import TestSales

/// Scores that somebody sends.
@Suite(.sideBySide) struct ScoreTests {
    private func change(
        _ change: ScoreEvent.Change,
        event: String,
        of member: String = "ann",
        on name: String = "game"
    ) throws -> ScoreChange {
        ScoreChange(
            board: try board(name),
            member: try #require(MemberID(member)),
            change: change,
            eventID: event
        )
    }

    private func make(_ name: String = "game", in bed: SaleBed) async throws {
        var board = BoardChange()
        board.windows = [.all]
        _ = try await bed.first.book.put(board, of: try TestKit.board(name))
    }

    @Test(arguments: Engine.allCases)
    func anEventCountsOnce(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            try await make(in: bed)
            let first = try change(.add(5), event: "e1")
            #expect(try await bed.first.book.change(first) == .applied(5))
            #expect(try await bed.at(1).book.change(change(.add(2), event: "e2")) == .applied(7))
            #expect(try await bed.at(1).book.change(first) == .repeated(7))
            #expect(try await bed.first.book.change(change(.set(3), event: "e3")) == .applied(3))
            #expect(try await bed.first.book.change(change(.set(9), event: "e3")) == .repeated(3))
            #expect(try await bed.first.book.change(change(.add(-3), event: "e4")) == .applied(0))
            // The same name on another board is another event.
            try await make("other", in: bed)
            let other = try change(.add(1), event: "e1", on: "other")
            #expect(try await bed.first.book.change(other) == .applied(1))
            let outbox = Outbox(bed.sides[0].database)
            _ = try await outbox.number()
            let events = try ScoreEvent.all(of: try await outbox.events(after: 0, limit: 100))
            #expect(events.map(\.change) == [.add(5), .add(2), .set(3), .add(-3), .add(1)])
            #expect(Set(events.map(\.member)) == ["ann"])
            #expect(events.map(\.board.raw) == ["game", "game", "game", "game", "other"])
        }
    }

    @Test(arguments: Engine.allCases)
    func atOnceEveryEventCountsOnce(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            try await make(in: bed)
            // Every event three times, from both sides, of members that are new to all.
            let outcomes = try await together(180) { index in
                let member = "m\(index / 3 % 4)"
                return try await bed.at(index).book.change(
                    change(.add(1), event: "e\(index / 3)", of: member)
                )
            }
            let applied = outcomes.filter { if case .applied = $0 { true } else { false } }
            #expect(applied.count == 60)
            #expect(try await bed.number("select cast(sum(score) as bigint) from scores") == 60)
            #expect(try await bed.number("select min(score) from scores") == 15)
            let told: SQL = "select count(*) from outbox where kind = 'score.changed'"
            #expect(try await bed.number(told) == 60)
            #expect(await bed.broken() == [])
        }
    }

    /// The guard of that: without it an event that is sent twice counts twice.
    @Test func withoutItsConstraintAnEventCountsTwice() async throws {
        try await SaleBed.with(.postgres) { bed in
            try await make(in: bed)
            _ = try await bed.sides[0].database.commit([
                "alter table score_events drop constraint score_events_board_event_id"
            ])
            let same = try change(.add(5), event: "e1")
            #expect(try await bed.first.book.change(same) == .applied(5))
            #expect(try await bed.at(1).book.change(same) == .applied(10))
        }
    }

    @Test(arguments: Engine.allCases)
    func theAuditSeesWhatIsBroken(_ engine: Engine) async throws {
        let faults: [SQL] = [
            "update scores set score = score + 1",
            "delete from outbox where kind = 'score.changed'",
            "update performances set t100_ms = null",
            "update performances set t90_ms = t90_ms + 1",
            "update payments set cancelled_at_ms = 1",
        ]
        for fault in faults {
            try await SaleBed.with(engine, sides: 1) { bed in
                try await make(in: bed)
                _ = try await bed.first.book.change(change(.add(5), event: "e1"))
                _ = try await bed.first.book.change(change(.set(2), event: "e2"))
                try await bed.open(seats: 1)
                let ann = try user("ann")
                try await bed.charge(ann, 100_000)
                _ = try await bed.receipt(try await bed.hold([1], for: ann), ann)
                #expect(await bed.broken() == [])
                _ = try await bed.sides[0].database.commit([fault])
                #expect(await bed.broken().count == 1, "\(fault.text)")
            }
        }
    }

    @Test(arguments: Engine.allCases)
    func aScoreThatNoBoardHoldsIsRefused(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            try await make(in: bed)
            let most = PackedScore.unitsMax
            let full = try change(.add(most), event: "e1")
            #expect(try await bed.first.book.change(full) == .applied(most))
            for units in [1, most, most + 1, .max, -most - 1, .min] {
                let outcome = try await bed.first.book.change(change(.add(units), event: "e2"))
                #expect(outcome == .outOfRange("add"), "\(units)")
            }
            for units in [-1, most + 1, .max, .min] {
                let outcome = try await bed.first.book.change(change(.set(units), event: "e2"))
                #expect(outcome == .outOfRange("set"), "\(units)")
            }
            // It counted; that it would not fit once more is not its fault.
            #expect(try await bed.at(1).book.change(full) == .repeated(most))
            let below = try change(.add(-1), event: "e3", of: "bob")
            #expect(try await bed.first.book.change(below) == .outOfRange("add"))
            // What was refused has left nothing behind, its name neither.
            #expect(try await bed.number("select count(*) from scores") == 1)
            #expect(try await bed.number("select count(*) from score_events") == 1)
            #expect(
                try await bed.first.book.change(change(.add(-1), event: "e2")) == .applied(most - 1)
            )
        }
    }

    @Test(arguments: Engine.allCases)
    func boardsOfSalesAndUnknownOnesAreRefused(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            for own in ["concerts", "products"] {
                let outcome = try await bed.first.book.change(change(.add(1), event: "e", on: own))
                #expect(outcome == .keptBySales)
            }
            #expect(try await bed.first.book.change(change(.add(1), event: "e")) == .unknownBoard)
            #expect(try await bed.number("select count(*) from score_events") == 0)
        }
    }
}
