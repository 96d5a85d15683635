import Engines
import JSON
import Ledger
import SQL
import Values

/// Why a change of a score was refused: nothing of it was done.
enum ScoreObstacle: Error, Equatable {
    /// The event has counted before; what the member has now.
    case repeated(Int64)
    case unknownBoard
    /// The score would leave 0 to 2^31 - 1.
    case outOfRange
}

/// Scores that somebody sends. A board's lists are made of the events in the outbox; `scores` has
/// what each member has in all, so that a constraint can refuse what no list could hold.
extension RankingLedger {
    /// One entry: total, event, outbox. Answers the total after it.
    func change(_ change: ScoreChange, atMs: Int64) async throws(StoreError)
        -> Result<Int64, ScoreObstacle>
    {
        let (board, member) = (change.board.raw, change.member.raw)
        let result = try await commit([
            // So that there is a row to lock: the sum is made by the update alone.
            """
            insert into scores (board, member, score) values (\(board), \(member), 0)
            on conflict (board, member) do nothing
            """,
            Self.changed(change),
            // After the update, which has the member's row to itself: the events of a member are
            // numbered in the order in which they count.
            Self.eventRow(change, atMs: atMs),
            Self.event(change, atMs: atMs),
        ])
        switch result {
        case .success(let results):
            return .success(
                try decoded { () throws(SQLError) in
                    guard let row = results[1].rows.first else { throw .broken("no score") }
                    return try row.integer(0)
                }
            )
        case .failure(let refused): return .failure(try await obstacle(refused, change))
        }
    }

    private static func changed(_ change: ScoreChange) -> SQL {
        let score: SQL =
            switch change.change {
            case .add(let units): "score + \(units)"
            case .set(let units): "\(units)"
            }
        let member = TouchedRow("scores", "member", change.member.raw)
        return """
            update scores set score = \(score)
            where board = \(change.board.raw) and \(row: member) returning score
            """
    }

    private static func eventRow(_ change: ScoreChange, atMs: Int64) -> SQL {
        let (kind, units): (String, Int64) =
            switch change.change {
            case .add(let units): ("add", units)
            case .set(let units): ("set", units)
            }
        return """
            insert into score_events (board, event_id, member, change, units, at_ms)
            values (\(change.board.raw), \(change.eventID), \(change.member.raw), \(kind),
              \(units), \(atMs))
            """
    }

    static func event(_ change: ScoreChange, atMs: Int64) -> SQL {
        event("score.changed", subject: change.board.raw, atMs: atMs) { json in
            json.field("board", change.board.raw)
            json.field("member", change.member.raw)
            switch change.change {
            case .add(let units): json.field("add", units)
            case .set(let units): json.field("set", units)
            }
        }
    }

    private func obstacle(_ refused: RefusedEntry, _ change: ScoreChange) async throws(StoreError)
        -> ScoreObstacle
    {
        if refused.violation.kind == .foreignKey { return .unknownBoard }
        let isOutOfRange = refused.isBy("score_in_range")
        guard isOutOfRange || refused.isBy("score_events_board_event_id") else {
            throw refused.unexpected
        }
        let (board, member) = (change.board.raw, change.member.raw)
        let found = try await read([
            "select 1 from score_events where board = \(board) and event_id = \(change.eventID)",
            "select score from scores where board = \(board) and member = \(member)",
        ])
        // A repeat that would not fit any more, had it not counted already, is a repeat.
        if isOutOfRange, found[0].rows.isEmpty { return .outOfRange }
        return .repeated(
            try decoded { () throws(SQLError) in try found[1].rows.first?.integer(0) ?? 0 }
        )
    }
}
