import Engines
import EventLoop
import Values

/// Lists as they stand: from the boards, or, while those are away or being built and for periods
/// that they have forgotten, from the ledger, in the same order. One a loop: who waits for a sum of
/// the ledger shares it.
struct BoardLists: Sendable {
    struct Page: Sendable {
        var total: Int
        var entries: [RankedEntry]
        var isFromLedger: Bool
    }

    struct Place: Sendable {
        /// Nil: it is not in the list.
        var entry: RankedEntry?
        var around: [RankedEntry]
        var isFromLedger: Bool
    }

    let boards: BoardStore
    private let sums: LedgerLists

    /// `boards` are the loop's.
    init(boards: BoardStore, ledger: RankingLedger, on loop: EventLoop) {
        self.boards = boards
        sums = LedgerLists(ledger: ledger.sums, on: loop)
    }

    /// Nil: there is no such board, or it does not keep that window.
    func page(_ id: BoardID, _ list: BoardList, offset: Int, limit: Int)
        async throws(StoreError) -> Page?
    {
        if !mayHaveGone(list) {
            do throws(StoreError) {
                return try await boards.page(id, list, offset: offset, limit: limit).map {
                    Page(total: $0.total, entries: $0.entries, isFromLedger: false)
                }
            } catch .unavailable {
                // The ledger knows it, too.
            }
        }
        let found = try await sums.page(id, list, offset: offset, limit: limit)
        return Page(total: found.total, entries: found.entries, isFromLedger: true)
    }

    /// Nil: there is no such board, or it does not keep that window.
    func place(
        of member: String,
        _ id: BoardID,
        _ list: BoardList,
        around: Int
    )
        async throws(StoreError) -> Place?
    {
        if !mayHaveGone(list) {
            do throws(StoreError) {
                return try await boards.place(of: member, id, list, around: around).map {
                    Place(entry: $0.entry, around: $0.around, isFromLedger: false)
                }
            } catch .unavailable {
                // The ledger knows it, too.
            }
        }
        let found = try await sums.place(of: member, id, list, around: around)
        return Place(entry: found.entry, around: found.around, isFromLedger: true)
    }

    private func mayHaveGone(_ list: BoardList) -> Bool {
        guard case .period(let period) = list else { return false }
        return boards.limits.mayHaveGone(period, atMs: boards.loop.clock.wallMs())
    }
}
