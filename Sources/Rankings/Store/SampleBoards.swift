import Engines
import Values

/// Sampling: where the first of each list stand, minute by minute, and the best that they were.
extension RankingClock {
    /// What was seen of a list.
    struct Sampled {
        /// Which list it was: of which day, or, of a rolling one, of which ten minutes.
        var list: BoardList
        var bucket: Int64
        /// The last event that was in it.
        var cursor: Int64
        /// The best ranks of those that were in it, as they were written down.
        var peaks: [String: Int]
    }

    func sample(_ rows: [BoardRow], _ nowMs: Int64) async {
        for row in rows where !Task.isCancelled {
            let calendar = BoardCalendars.of(row.board)
            // What the first list of a board says is true of the others, too.
            var cursor: Int64?
            for window in row.board.windows {
                let list: BoardList =
                    switch window {
                    case .realtime: .realtime
                    case .all: .all
                    default: .period(calendar.period(window, at: nowMs))
                    }
                let name = ListName(row.board, window)
                let old = sampled[name]
                let bucket = window == .realtime ? nowMs / ScoreBatch.bucketMs : 0
                let isSame = old?.list == list && old?.bucket == bucket
                if isSame, let cursor, cursor == old?.cursor { continue }
                do throws(StoreError) {
                    let page = try await boards.page(
                        row.board.id,
                        list,
                        limit: RankSample.topSampled
                    )
                    guard let page else { break }
                    cursor = page.cursor
                    if isSame, page.cursor == old?.cursor { continue }
                    let peaks = try await write(page.entries, row.board.id, window, old, nowMs)
                    sampled[name] = Sampled(
                        list: list,
                        bucket: bucket,
                        cursor: page.cursor,
                        peaks: peaks
                    )
                } catch {
                    // An engine is away, or the board is being built: again in a minute.
                    Background.samples.failed(error, about: ("board", row.board.id.raw))
                    break
                }
            }
        }
    }

    /// Answers the best ranks of `entries`.
    private func write(
        _ entries: [RankedEntry],
        _ id: BoardID,
        _ window: BoardWindow,
        _ old: Sampled?,
        _ nowMs: Int64
    ) async throws(StoreError) -> [String: Int] {
        try await ledger.charts.sample(entries, of: id, window, atMs: nowMs)
        var peaks: [String: Int] = [:]
        var raised: [RankedEntry] = []
        for entry in entries {
            let known = old?.peaks[entry.member] ?? .max
            peaks[entry.member] = min(known, entry.rank)
            if entry.rank < known { raised.append(entry) }
        }
        try await ledger.charts.raisePeaks(raised, of: id, window, atMs: nowMs)
        return peaks
    }
}
