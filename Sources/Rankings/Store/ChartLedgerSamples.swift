import Engines
import Ledger
import SQL
import Values

/// Rank over time: samples of the first of a list, a row where something has changed.
extension ChartLedger {
    /// Deleted in one entry: 500 rows are a few milliseconds of the writer.
    private static let samplesPrunedAtOnce = 500

    /// Writes down where the first of a list stand. Any process may: samples of the same minute
    /// have the same instant, and the first stays.
    func sample(_ entries: [RankedEntry], of board: BoardID, _ window: BoardWindow, atMs: Int64)
        async throws(StoreError)
    {
        let atMs = atMs - atMs % RankSample.everyMs
        let top = Array(entries.prefix(RankSample.topSampled))
        let last = try await lastSamples(of: top.map(\.member), on: board, window)
        let news = top.filter { line in
            guard let old = last[line.member] else { return true }
            return old.atMs < atMs && (old.rank != line.rank || old.score != line.score)
        }
        guard !news.isEmpty else { return }
        let rows = SQL.rows(
            news.map { line in
                [
                    .text(board.raw), .text(window.rawValue), .text(line.member), .integer(atMs),
                    .integer(Int64(line.rank)), .integer(line.score),
                ]
            }
        )
        let statement: SQL = """
            insert into samples (board, list, member, at_ms, rank, score) values \(rows)
            on conflict (board, list, member, at_ms) do nothing
            """
        _ = try expected(await commit([statement]))
    }

    private func lastSamples(of members: [String], on board: BoardID, _ window: BoardWindow)
        async throws(StoreError) -> [String: RankSample]
    {
        guard !members.isEmpty else { return [:] }
        let list = SQL.list(members.map { .text($0) })
        let rows = try await rows(
            """
            select s.at_ms, s.rank, s.score, s.member from samples s
            where s.board = \(board.raw) and s.list = \(window.rawValue) and s.member in (\(list))
              and s.at_ms = (select max(x.at_ms) from samples x
                where x.board = s.board and x.list = s.list and x.member = s.member)
            """,
            as: .list
        )
        return try decoded { () throws(SQLError) in
            var samples: [String: RankSample] = [:]
            for row in rows { samples[try row.text(3)] = try Self.sample(row) }
            return samples
        }
    }

    /// A member's samples in their order, at most the newest 1,000.
    func samples(of member: String, on board: BoardID, _ window: BoardWindow)
        async throws(StoreError) -> [RankSample]
    {
        let rows = try await rows(
            """
            select at_ms, rank, score from samples where board = \(board.raw)
              and list = \(window.rawValue) and member = \(member)
            order by at_ms desc limit \(RankSample.listedMax)
            """,
            as: .list
        )
        return try decoded { () throws(SQLError) in
            var samples: [RankSample] = []
            for row in rows.reversed() { samples.append(try Self.sample(row)) }
            return samples
        }
    }

    /// Deletes samples of ranks that are older than a week; true: there may be more.
    package func prune(nowMs: Int64) async throws(StoreError) -> Bool {
        let statement: SQL = """
            delete from samples where (board, list, member, at_ms) in (
              select board, list, member, at_ms from samples
              where at_ms < \(nowMs - RankSample.keptMs)
              order by at_ms limit \(Self.samplesPrunedAtOnce))
            """
        return try expected(await commit([statement]))[0].changes == Self.samplesPrunedAtOnce
    }

    private static func sample(_ row: SQLRow) throws(SQLError) -> RankSample {
        RankSample(
            atMs: try row.integer(0),
            rank: Int(try row.integer(1)),
            score: try row.integer(2)
        )
    }
}
