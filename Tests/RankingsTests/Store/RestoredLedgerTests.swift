import SQL
import TestGate
import Testing
import Values

@testable import Ledger
@testable import Rankings
@testable import TestKit
@testable import TestLedger
@testable import TestSales

/// The ledger is put back from a backup, and Redis is kept: boards in it know of what the ledger
/// has lost.
@Suite(.sideBySide, .timeLimit(.minutes(2))) struct RestoredLedgerTests {
    private typealias Bed = RankingBed

    /// Two events are lost. The numbers of `newer` are given anew before a board is used.
    @Test(arguments: Engine.allCases, [0, 1, 2, 3])
    func aStartBuildsTheBoardAnew(_ engine: Engine, _ newer: Int) async throws {
        try await Bed.with(engine) { bed in
            try await bed.losesTwoEvents()
            for side in 0...1 { await bed.restart(side) }
            for _ in 0..<newer { try await bed.play("cat", .add(1)) }
            if newer > 0 { try await bed.settle(1) }
            try await bed.expectTheLedgersLists("\(newer) newer")
            try await bed.play("dan", .add(7))
            try await bed.settle(1)
            try await bed.expectTheLedgersLists("\(newer) newer, and one more")
            #expect(try await bed.game().first == "dan 7")
            #expect(await bed.audit().allSatisfy { $0.finding == .kept })
        }
    }

    /// What the comparison is worth: without it what is lost is shown, and what is new is not.
    @Test(arguments: [0, 2])
    func withoutTheComparison(_ newer: Int) async throws {
        var options = Bed.Options()
        options.comparesWithLedger = false
        try await Bed.with(.sqlite, options) { bed in
            try await bed.losesTwoEvents()
            for side in 0...1 { await bed.restart(side) }
            for _ in 0..<newer { try await bed.play("cat", .add(1)) }
            try await bed.settle(1)
            #expect(try await bed.game() == ["bob 9", "ann 8"])
        }
    }

    /// `onsale audit --repair`, before a server starts; a process that has read the board before
    /// does not bring back its old number.
    @Test(arguments: Engine.allCases)
    func theAuditMendsTheBoard(_ engine: Engine) async throws {
        try await Bed.with(engine) { bed in
            try await bed.losesTwoEvents()
            let found = await bed.audit().filter { $0.finding != .kept }
            #expect(found.map(\.finding) == [.broken])
            #expect(found.first?.detail == "Redis has event 4, and the ledger has not")
            let mended = await bed.audit(repairs: true).filter { $0.finding != .kept }
            #expect(mended.map(\.finding) == [.mended])
            #expect(await bed.audit().allSatisfy { $0.finding == .kept })
            try await bed.expectTheLedgersLists("of who was there before")
            #expect(await bed.audit().allSatisfy { $0.finding == .kept })
        }
    }

    /// `onsale rankings rebuild`.
    @Test(arguments: Engine.allCases)
    func aRebuildMendsTheBoard(_ engine: Engine) async throws {
        try await Bed.with(engine) { bed in
            try await bed.losesTwoEvents()
            for side in 0...1 { await bed.restart(side) }
            try await bed.boards().rebuild(board("game"))
            try await bed.expectTheLedgersLists("rebuilt")
        }
    }

    /// The lost numbers are events of another board now.
    @Test func eventsOfAnotherBoardTakeTheNumbers() async throws {
        try await Bed.with(.sqlite) { bed in
            try await bed.losesTwoEvents()
            for side in 0...1 { await bed.restart(side) }
            for index in 0..<3 { try await bed.sell(["tee": 1], as: "u\(index)") }
            try await bed.settle(1)
            let found = await bed.audit().filter { $0.finding == .broken }
            #expect(found.map(\.detail) == ["event 4 is another in Redis than in the ledger"])
            try await bed.expectTheLedgersLists("after sales")
        }
    }

    /// The board was changed after the backup.
    @Test(arguments: Engine.allCases)
    func lostSettingsAreBuiltAnew(_ engine: Engine) async throws {
        try await Bed.with(engine) { bed in
            try await bed.makeGame()
            try await bed.play("ann", .add(5))
            try await bed.settle()
            _ = try await bed.page(board("game"), .all)
            let database = bed.bed.sides[0].database
            _ = try await database.commit([
                "update boards set revision = revision + 1 where board = 'game'"
            ])
            try await bed.boards().rebuild(board("game"))
            _ = try await database.commit([
                "update boards set revision = revision - 1 where board = 'game'"
            ])
            for side in 0...1 { await bed.restart(side) }
            try await bed.expectTheLedgersLists("older settings")
        }
    }
}

extension RankingBed {
    /// A game with one event in the backup and two that come after it.
    fileprivate func losesTwoEvents() async throws {
        try await makeGame()
        try await play("ann", .add(5))
        try await settle()
        let last = try await Outbox(ledger.database).latestEvent()
        try await pass(1_000)
        try await play("bob", .add(9))
        try await play("ann", .add(3))
        try await settle()
        #expect(try await game() == ["bob 9", "ann 8"])
        _ = try await game(by: 1)
        try await pass(1_000)
        _ = try await bed.sides[0].database.commit([
            "delete from outbox where number > \(last)",
            "delete from score_events where at_ms > \(nowMs - 2_000)",
            """
            update scores set score = (
              select coalesce(sum(units), 0) from score_events e
              where e.board = scores.board and e.member = scores.member
            )
            """,
            "update cursors set number = \(last) where number > \(last)",
            "update deliveries set number = \(last) where number > \(last)",
        ])
    }

    /// `bob 9`.
    fileprivate func game(by side: Int = 0) async throws -> [String] {
        try await page(board("game"), .all, by: side).entries.map { "\($0.member) \($0.score)" }
    }

    fileprivate func expectTheLedgersLists(_ when: String) async throws {
        let game = try board("game")
        let truth = try await ledger.sums.standings(of: game, in: .all, limit: 10).entries
        for side in 0...1 {
            for list in try lists(of: game) {
                let page = try await page(game, list, by: side)
                guard list == .all || list == .realtime else { continue }
                #expect(page.entries == truth, "\(when), \(list) by \(side)")
            }
        }
    }
}
