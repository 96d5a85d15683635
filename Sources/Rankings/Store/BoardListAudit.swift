import Engines
import EventLoop
import Values

/// One list of a board, held against the ledger.
///
/// Both sides are read in slices; what the list shall be is kept while it is read: of 1,000,000
/// members it took 10 s a list and 250 MB in all, measured on two busy cores. Who stands wrongly
/// may be on the move, and is looked at again (`BoardRecheck`).
struct BoardListAudit: Sendable {
    let ledger: SumLedger
    let boards: BoardStore
    let board: BoardID
    let list: BoardList
    /// Members of one read of the ledger.
    let slice: Int

    enum Finding {
        case right(places: Int)
        case wrong(String)
        /// More stand wrongly each time than can be looked at again.
        case moving
    }

    /// Places of one read of Redis.
    private static let pageLength = BoardLimits.entriesMax
    /// Members who are looked at again; when more stand wrongly, the list is read again after that.
    private static let suspectsMax = 500
    private static let readingsMax = 6

    func finding() async throws(StoreError) -> Finding {
        var strangers: Set<String>?
        for reading in 1...Self.readingsMax {
            if reading > 1 { await boards.loop.sleep(ms: BoardRecheck.patienceMs) }
            let found = try await read()
            let checked = Array(found.suspects.prefix(Self.suspectsMax))
            let difference = try await BoardRecheck(list: self).lastingDifference(of: checked)
            if let difference { return .wrong(difference) }
            strangers = strangers?.intersection(found.strangers) ?? found.strangers
            if strangers?.isEmpty != false, found.suspects.count == checked.count {
                return .right(places: found.places)
            }
        }
        guard let stranger = strangers?.first else { return .moving }
        return .wrong("\(stranger) is shown by Redis once more than the ledger has it")
    }

    private struct Reading {
        /// How many there are in the ledger.
        var places: Int
        /// Who does not stand where the ledger says.
        var suspects: Set<String> = []
        /// Who is shown without being in the ledger, or twice. Asked for by name they may not be
        /// there at all.
        var strangers: Set<String> = []
    }

    private func read() async throws(StoreError) -> Reading {
        var truth = try await truth()
        var reading = Reading(places: truth.count)
        var above: BoardStanding?
        var offset = 0
        while let page = try await boards.page(board, list, offset: offset, limit: Self.pageLength),
            !page.entries.isEmpty
        {
            for entry in page.entries {
                guard let standing = truth.removeValue(forKey: entry.member) else {
                    reading.strangers.insert(entry.member)
                    continue
                }
                guard standing.units == entry.score else {
                    reading.suspects.insert(entry.member)
                    continue
                }
                if let above, !above.isBefore(standing) {
                    reading.suspects.formUnion([above.member, standing.member])
                }
                above = standing
            }
            offset += page.entries.count
        }
        reading.suspects.formUnion(truth.keys)
        reading.suspects.formUnion(reading.strangers)
        return reading
    }

    private func truth() async throws(StoreError) -> [String: BoardStanding] {
        let span = try await span()
        var truth: [String: BoardStanding] = [:]
        var name = ""
        while true {
            let (sums, last) = try await ledger.sums(
                of: board,
                in: span,
                after: name,
                limit: slice
            )
            for sum in sums { truth[sum.member] = BoardStanding(sum, in: span) }
            guard let last else { return truth }
            name = last
        }
    }

    /// What the list counts now. By Redis's clock the last hours are over.
    func span() async throws(StoreError) -> StandingsSpan {
        let nowMs = list == .realtime ? try await boards.nowMs(of: board) : 0
        return StandingsSpan(list, nowMs: nowMs)
    }
}
