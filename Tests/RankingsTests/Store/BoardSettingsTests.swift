import SQL
import TestGate
import Testing
import Values

@testable import Rankings
@testable import TestKit
@testable import TestLedger
@testable import TestSales

@Suite(.sideBySide) struct BoardSettingsTests {
    @Test(arguments: Engine.allCases)
    func aPutKeepsWhatItLeavesOut(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let id = try board("game")
            var change = BoardChange()
            change.windows = [.all, .daily, .all]
            var expected = Board(id: id, windows: [.daily, .all], timeZone: "UTC")
            #expect(try await bed.first.book.put(change, of: id)?.board == expected)
            #expect(try await bed.first.book.board(id) == expected)
            change = BoardChange()
            change.timeZone = "Asia/Seoul"
            expected.timeZone = "Asia/Seoul"
            #expect(try await bed.at(1).book.put(change, of: id)?.board == expected)
            change = BoardChange()
            change.windows = [.weekly]
            expected.windows = [.weekly]
            #expect(try await bed.first.book.put(change, of: id)?.board == expected)
            #expect(try await bed.first.book.put(BoardChange(), of: id)?.board == expected)
            let told = try await bed.number(
                "select count(*) from outbox where kind = 'board.changed' and subject = 'game'"
            )
            #expect(told == 4)
        }
    }

    @Test(arguments: Engine.allCases)
    func aNewBoardKeepsAllWindows(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            var change = BoardChange()
            let plain = Board(
                id: try board("plain"),
                windows: BoardWindow.allCases,
                timeZone: "UTC"
            )
            #expect(try await bed.first.book.put(change, of: plain.id)?.board == plain)
            change.timeZone = "Asia/Seoul"
            var seoul = plain
            (seoul.id, seoul.timeZone) = (try board("seoul"), "Asia/Seoul")
            #expect(try await bed.first.book.put(change, of: seoul.id)?.board == seoul)
        }
    }

    /// Each revision costs the building of all lists.
    @Test(arguments: Engine.allCases)
    func onlyAChangeIsANewRevision(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let ledger = RankingLedger(bed.sides[0].database), id = try board("game")
            func revision() async throws -> Int64? { try await ledger.board(id)?.revision }
            var change = BoardChange()
            change.windows = [.all, .daily]
            for _ in 0..<2 {
                _ = try await bed.first.book.put(change, of: id)
                #expect(try await revision() == 1)
            }
            change.windows = nil
            change.timeZone = "UTC"
            _ = try await bed.first.book.put(change, of: id)
            #expect(try await revision() == 1)
            change.timeZone = "Asia/Seoul"
            _ = try await bed.first.book.put(change, of: id)
            #expect(try await revision() == 2)
            change.windows = [.daily]
            _ = try await bed.first.book.put(change, of: id)
            #expect(try await revision() == 3)
        }
    }

    @Test(arguments: Engine.allCases)
    func theSalesBoardsAreThereFromTheStart(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let ledger = RankingLedger(bed.sides[0].database)
            let all = try await ledger.boards()
            #expect(all.map(\.board.id) == [.concerts, .products])
            for board in all.map(\.board) {
                #expect(board.windows == BoardWindow.allCases)
                #expect(board.timeZone == Board.defaultTimeZone)
            }
            var change = BoardChange()
            change.timeZone = "America/New_York"
            change.windows = [.daily]
            let board = Board(id: .concerts, windows: [.daily], timeZone: "America/New_York")
            #expect(try await bed.first.book.put(change, of: .concerts)?.board == board)
            #expect(try await bed.at(1).book.board(.concerts) == board)
        }
    }
}
