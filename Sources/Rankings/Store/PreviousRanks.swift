import Engines
import EventLoop
import Values

/// Ranks in the period before: from its chart, or from the list until that is frozen. Who stood
/// behind a chart's last is looked up in the list, for as long as there is one.
struct PreviousRanks: Sendable {
    private struct Name: Hashable {
        var board: BoardID
        var period: Period
    }

    private struct Known: Sendable {
        var ranks: [String: Int]
        /// Who is not in `ranks` was not in the list.
        var isWhole: Bool
        /// It is a chart, and does not change.
        var isFinal: Bool

        init(_ entries: [RankedEntry], total: Int, isFinal: Bool) {
            ranks = Dictionary(
                entries.map { ($0.member, $0.rank) },
                uniquingKeysWith: { first, _ in first }
            )
            isWhole = total <= entries.count
            self.isFinal = isFinal
        }
    }

    private let known: Reads<Name, Known>
    private let boards: BoardStore

    private static let lookEveryMs: UInt64 = 1_000
    /// Ranks kept: 100,000 x ~100 B are 10 MB.
    private static let keptMax = 100_000

    init(charts: Charts, lists: BoardLists, on loop: EventLoop) {
        boards = lists.boards
        known = Reads(
            on: loop,
            .init(sizeMax: Self.keptMax),
            freshMs: { $0.isFinal ? nil : Self.lookEveryMs },
            size: { 1 + $0.ranks.count },
            outlives: { _ in true }
        ) { name, _ throws(StoreError) in
            if let chart = try await charts.chart(of: name.board, name.period) {
                return Known(chart.entries, total: chart.total, isFinal: true)
            }
            let page = try await lists.page(
                name.board,
                .period(name.period),
                offset: 0,
                limit: Chart.entriesMax
            )
            return Known(page?.entries ?? [], total: page?.total ?? 0, isFinal: false)
        }
    }

    /// The ranks of `members` in `period`, nil for those that were not in it.
    func ranks(of members: [String], _ board: BoardID, _ period: Period)
        async throws(StoreError) -> [Int?]
    {
        let known = try await known.value(Name(board: board, period: period))
        var ranks = members.map { known.ranks[$0] }
        let missing = known.isWhole ? [] : ranks.indices.filter { ranks[$0] == nil }
        guard !missing.isEmpty else { return ranks }
        do throws(StoreError) {
            let behind = try await boards.ranks(
                of: missing.map { members[$0] },
                board,
                .period(period)
            )
            for (index, rank) in zip(missing, behind ?? []) { ranks[index] = rank }
        } catch .unavailable {
            // Behind the first thousand, and the boards are away: nobody knows.
        }
        return ranks
    }
}
