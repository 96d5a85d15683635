import Engines
import Values

extension BoardBook {
    /// Places `offset + 1` and on, `limit` of them. Of a period that is over, the chart's, which
    /// has the first `Chart.entriesMax`.
    func list(_ query: BoardQuery, offset: Int, limit: Int)
        async throws(StoreError) -> Result<RankedList, BoardObstacle>
    {
        let chosen: Chosen
        switch try await choose(query) {
        case .success(let found): chosen = found
        case .failure(let obstacle): return .failure(obstacle)
        }
        let page: BoardLists.Page
        if let chart = chosen.chart {
            let entries = Array(chart.entries.dropFirst(offset).prefix(limit))
            page = BoardLists.Page(total: chart.total, entries: entries, isFromLedger: false)
        } else {
            let found = try await lists.page(
                chosen.board,
                chosen.list,
                offset: offset,
                limit: limit
            )
            // Changed since it was chosen.
            guard let found else { return .failure(.notKept(chosen.list.window)) }
            page = found
        }
        return .success(
            RankedList(
                board: chosen.board,
                window: chosen.list.window,
                period: chosen.period?.name,
                total: page.total,
                lines: try await lines(page.entries, chosen),
                isFromLedger: page.isFromLedger
            )
        )
    }

    /// Where `member` stands, with `around` before and behind it.
    func place(of member: MemberID, _ query: BoardQuery, around: Int)
        async throws(StoreError) -> Result<RankedPlace, BoardObstacle>
    {
        let chosen: Chosen
        switch try await choose(query) {
        case .success(let found): chosen = found
        case .failure(let obstacle): return .failure(obstacle)
        }
        let place: BoardLists.Place
        if let chart = chosen.chart {
            place = Self.place(of: member.raw, in: chart, around: around)
        } else {
            let found = try await lists.place(
                of: member.raw,
                chosen.board,
                chosen.list,
                around: around
            )
            guard let found else { return .failure(.notKept(chosen.list.window)) }
            place = found
        }
        let around = try await lines(place.around, chosen)
        return .success(
            RankedPlace(
                line: around.first { $0.entry.member == member.raw },
                around: around,
                isFromLedger: place.isFromLedger
            )
        )
    }

    private static func place(of member: String, in chart: Chart, around: Int) -> BoardLists.Place {
        guard let index = chart.entries.firstIndex(where: { $0.member == member }) else {
            return BoardLists.Place(entry: nil, around: [], isFromLedger: false)
        }
        let first = max(0, index - around)
        let end = min(chart.entries.count, index + around + 1)
        return BoardLists.Place(
            entry: chart.entries[index],
            around: Array(chart.entries[first..<end]),
            isFromLedger: false
        )
    }

    /// Where a member stood over time, the oldest first: the newest `RankSample.listedMax`.
    func history(of member: MemberID, _ query: BoardQuery)
        async throws(StoreError) -> Result<[RankPoint], BoardObstacle>
    {
        switch try await choose(query) {
        case .failure(let obstacle): return .failure(obstacle)
        case .success(let chosen):
            let samples = try await ledger.charts.samples(
                of: member.raw,
                on: chosen.board,
                chosen.list.window
            )
            return .success(
                samples.map {
                    RankPoint(
                        at: Timestamp(milliseconds: $0.atMs),
                        rank: $0.rank,
                        score: $0.score
                    )
                }
            )
        }
    }
}
