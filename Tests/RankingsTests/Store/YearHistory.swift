import Synchronization
import Testing
import Values

@testable import Payments
@testable import Rankings
@testable import Shop
@testable import TestKit
@testable import TestSales

/// A year on two processes: orders, payments, refunds, points, sent twice and by either process;
/// midnights, clocks put forward and back; restarts, a Redis that loses everything.
actor YearHistory {
    let bed: RankingBed
    var random: SeededRandom
    var book = YearBook()
    private(set) var faults: [String] = []
    private(set) var compared = 0
    private(set) var mishaps = 0
    var names = 0
    var orders: [(order: Order, user: UserID)] = []
    var payments: [(payment: Payment, user: UserID)] = []
    var scoreIDs: [ScoreChange] = []
    /// Seats of each performance: how many there are, and those that can be had.
    var seats: [PerformanceID: (count: Int, free: [Int])] = [:]
    private var special: [Int64] = []

    init(_ bed: RankingBed, seed: UInt64) {
        self.bed = bed
        random = SeededRandom(seed)
    }

    func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &random) }

    static let game: BoardID = {
        guard let id = BoardID("game") else { preconditionFailure("a name") }
        return id
    }()

    func year() async throws {
        try await begin()
        let endMs = SaleBed.startMs + 366 * RankingBed.dayMs
        while bed.nowMs < endMs, faults.isEmpty {
            try await bed.set(clockMs: try nextInstant())
            for _ in 0...below(4) { try await act() }
            try await mishap()
            if below(8) == 0 { try await compare() }
        }
        try await compare()
    }

    private func begin() async throws {
        let endMs = SaleBed.startMs + 366 * RankingBed.dayMs
        for (board, zone) in [
            (BoardID.concerts, "America/New_York"), (.products, "Asia/Seoul"),
            (Self.game, "Europe/Berlin"),
        ] {
            try await put(board, zone, windows: board == Self.game ? BoardWindow.allCases : nil)
            let calendar = try book.calendar(board)
            for turn in calendar.turns(from: SaleBed.startMs, to: endMs) {
                let hours = [-26, -3, -1, 0, 1, 2, 20, 26].map { turn + $0 * RankingBed.hourMs }
                special += hours + [turn - 1]
            }
            var month = calendar.period(.monthly, at: SaleBed.startMs)
            while let over = month, over.endMs < endMs {
                special += [over.endMs - 1, over.endMs]
                month = calendar.period(.monthly, at: over.endMs)
            }
        }
        special.sort()
        for index in 0..<6 { try await bed.bed.supply("t\(index)", 1_000_000, price: 0) }
        for index in 0..<4 { try await open(performance("p\(index)"), seats: 200) }
        for index in 0..<2 { await bed.startRelay(index) }
    }

    func put(_ board: BoardID, _ zone: String, windows: [BoardWindow]? = nil) async throws {
        var change = BoardChange()
        change.windows = windows
        change.timeZone = zone
        _ = try await bed.bed.at(below(2)).book.put(change, of: board)
        book.setZone(zone, of: board)
    }

    /// Some minutes, some hours, some days; or a midnight, exactly. Never over an instant at which
    /// something turns.
    private func nextInstant() throws -> Int64 {
        let now = bed.nowMs
        special.removeAll { $0 <= now }
        var next: Int64
        switch below(10) {
        case 0..<4: next = now + Int64(below(7_200_000))
        case 4..<7: next = now + Int64(below(20)) * RankingBed.hourMs + Int64(below(3_000))
        case 7: next = now + Int64(below(5 * 86_400)) * 1_000
        default:
            let board = book.boards[below(book.boards.count)]
            let day = try #require(try book.calendar(board).period(.daily, at: now))
            next = max(now, day.endMs - Int64(below(2)))
        }
        if let first = special.first { next = min(next, first) }
        return next
    }

    private func mishap() async throws {
        let kind = below(200)
        if kind < 12 { mishaps += 1 }
        switch kind {
        case 0..<4: try await bed.flush()
        case 4: try await bed.killRedis()
        case 5..<10: await bed.restart(below(2))
        case 10:
            // Its days turn at other midnights from now on, and did at all times before.
            try await put(.products, ["Asia/Kathmandu", "Asia/Seoul"][below(2)])
        case 11: try await bed.boards(below(2)).sweep(book.boards[below(3)])
        default: break
        }
    }

    // MARK: Held against the book

    private func compare() async throws {
        try await bed.settle(below(2))
        let now = bed.nowMs
        for board in book.boards {
            var lists: [BoardList] = [.realtime, .all]
            for window in [BoardWindow.daily, .weekly, .monthly] {
                for ago in [0, 1 + below(3), below(60)] {
                    let atMs = now - Int64(ago) * RankingBed.dayMs
                    let period = try #require(try book.calendar(board).period(window, at: atMs))
                    guard BoardLimits().endOfLifeMs(period) > now else { continue }
                    if !lists.contains(.period(period)) { lists.append(.period(period)) }
                }
            }
            for list in lists { try await compare(board, list) }
        }
        for days in [1, 3, 1 + below(31)] {
            let expected = try book.popular(days, nowMs: now)
            let counted = try await bed.popular(below(2)).countBoard(days, atMs: now)
            let summed = try await bed.popular(below(2)).countLedger(days, atMs: now)
            for found in [try #require(counted), summed] {
                note(RankingBed.text(found), expected, "best of \(days) days")
            }
        }
    }

    private func compare(_ board: BoardID, _ list: BoardList) async throws {
        let expected = book.list(board, list, nowMs: bed.nowMs)
        let page = try await bed.page(board, list, by: below(2))
        note(page.entries, expected, "\(board) \(list) in Redis")
        note(page.total, expected.count, "\(board) \(list) in Redis")
        let span: StandingsSpan
        switch list {
        case .all: span = .all
        case .period(let period): span = .period(period)
        case .realtime:
            let bucket = bed.nowMs / ScoreBatch.bucketMs
            span = .rolling(
                from: (bucket - ScoreBatch.buckets + 1) * ScoreBatch.bucketMs,
                to: (bucket + 1) * ScoreBatch.bucketMs
            )
        }
        let sums = try await bed.ledger.sums.standings(of: board, in: span, limit: 1_000)
        note(sums.entries, expected, "\(board) \(list) in the ledger")
    }

    private func note<Value: Equatable>(_ found: Value, _ expected: Value, _ what: String) {
        compared += 1
        guard found != expected else { return }
        faults.append("at \(bed.nowMs), \(what): \(found), not \(expected)")
    }
}
