import Onsale
import SQL
import Testing

@testable import Store

@Suite struct BoardSettingsTests {
    @Test(arguments: Engine.allCases)
    func aPutKeepsWhatItLeavesOut(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let id = try board("game")
            var change = BoardChange()
            #expect(try await bed.sales.put(change, of: id) == .missing("windows"))
            change.timeZone = "Asia/Seoul"
            #expect(try await bed.sales.put(change, of: id) == .missing("windows"))
            #expect(try await bed.sales.board(id) == nil)
            change.timeZone = nil
            change.windows = [.all, .daily, .all]
            var expected = Board(id: id, windows: [.daily, .all], timeZone: "UTC")
            #expect(try await bed.sales.put(change, of: id) == .put(expected))
            #expect(try await bed.sales.board(id) == expected)
            change = BoardChange()
            change.timeZone = "Asia/Seoul"
            expected.timeZone = "Asia/Seoul"
            #expect(try await bed.sales(1).put(change, of: id) == .put(expected))
            change = BoardChange()
            change.windows = [.weekly]
            expected.windows = [.weekly]
            #expect(try await bed.sales.put(change, of: id) == .put(expected))
            #expect(try await bed.sales.put(BoardChange(), of: id) == .put(expected))
            let told = try await bed.number(
                "select count(*) from outbox where kind = 'board.changed' and subject = 'game'"
            )
            #expect(told == 4)
        }
    }

    @Test(arguments: Engine.allCases)
    func theSalesBoardsAreThereFromTheStart(_ engine: Engine) async throws {
        try await SaleBed.with(engine) { bed in
            let ledger = SaleLedger(bed.sides[0].database)
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
            #expect(try await bed.sales.put(change, of: .concerts) == .put(board))
            #expect(try await bed.sales(1).board(.concerts) == board)
        }
    }
}
