import Redis
import SQL
import TestRedis
import Testing
import Values

@testable import Engines
@testable import Ledger
@testable import Rankings
@testable import TestKit
@testable import TestSales

/// What tests of the boards' audit do again and again.
extension RankingBed {
    func audit(slice: Int = 20_000, repairs: Bool = false) async -> [AuditLine] {
        let side = bed.sides[0]
        let engines = AuditEngines(
            database: side.database,
            redis: side.redis,
            repairs: repairs,
            on: side.loop
        )
        let audit = BoardAudit(
            engines,
            scripts: BoardScripts { RedisClock.clocked($0) },
            slice: slice
        )
        return await audit.audit()
    }

    /// Sales in both months, both weeks and both days: 3 lists have one product, 5 have more.
    func sellForTwoMonths() async throws {
        // 2027-01-15, a Friday.
        try await sell(["pin": 4, "tee": 2], as: "a")
        try await pass(30 * Self.dayMs)
        try await sell(["tee": 2, "cap": 2], as: "b")
        try await pass(Self.dayMs)
        try await sell(["mug": 2, "tee": 1], as: "c")
        try await pass(5_000)
        try await sell(["pen": 2], as: "d")
        try await settle()
    }

    func lists(of board: BoardID) throws -> [BoardList] {
        let utc = try #require(BoardCalendars.calendar("UTC"))
        var lists: [BoardList] = [.realtime]
        for window in BoardWindow.allCases where window.hasPeriods {
            let present = utc.period(window, at: nowMs)
            lists += [.period(present), .period(utc.preceding(present))]
        }
        return lists + [.all]
    }

    /// A list's key, and what one unit is in it.
    func key(of list: BoardList, _ board: BoardID) -> (key: String, unit: Int64) {
        let keys = BoardKeys(board)
        switch list {
        case .all: return (keys.all[1], 1)
        case .realtime: return (keys.all[3], 1)
        case .period(let period): return (keys.list(of: period), PackedScore.secondsMax + 1)
        }
    }

    func first(of key: String) async throws -> String {
        let reply = try await redis.send("ZREVRANGE", key, "0", "0")
        return try #require(reply.array?.first?.string)
    }

    // MARK: A game

    func makeGame(_ windows: [BoardWindow] = BoardWindow.allCases) async throws {
        var change = BoardChange()
        change.windows = windows
        _ = try await ledger.put(change, of: board("game"), atMs: nowMs)
    }

    /// One that would leave what a board can hold is refused, which is another test's.
    func play(_ member: String, _ change: ScoreEvent.Change) async throws {
        let score = ScoreChange(
            board: try board("game"),
            member: try #require(MemberID(member)),
            change: change,
            eventID: "\(UInt64.random(in: 0 ... .max))"
        )
        _ = try await bed.first.book.change(score)
    }

    /// So many members with 1 to 5 points, past the store: an entry for each would take long.
    func fillGame(members: Int) async throws {
        var entry: [SQL] = []
        for number in 1...members {
            let (name, points) = ("player-\(number)", Int64(number % 5 + 1))
            let change = ScoreChange(
                board: try board("game"),
                member: try #require(MemberID(name)),
                change: .add(points),
                eventID: "e\(number)"
            )
            entry += [
                """
                insert into scores (board, member, score) values ('game', \(name), \(points))
                """,
                """
                insert into score_events (board, event_id, member, change, units, at_ms)
                values ('game', \(change.eventID), \(name), 'add', \(points), \(nowMs))
                """,
                RankingLedger.event(change, atMs: nowMs),
            ]
        }
        _ = try await bed.sides[0].database.commit(entry)
    }

    /// As the sales of a process do.
    func nudge() { for side in sides { side.relay.nudge() } }
}
