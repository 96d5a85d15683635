import Engines
import EventLoop
import Values

/// Lists summed up from the ledger, each at most a second old and by one caller for all: a sum
/// reads every change of its span.
struct LedgerLists: Sendable {
    private struct Slice: Hashable {
        var board: BoardID
        var list: BoardList
        var number: Int
    }

    private struct PlaceName: Hashable {
        var board: BoardID
        var list: BoardList
        var member: String
        var around: Int
    }

    struct Place: Sendable {
        /// Nil: it is not in the list.
        var entry: RankedEntry?
        var around: [RankedEntry]
    }

    private let slices: Reads<Slice, Standings>
    private let places: Reads<PlaceName, Place>

    /// How old an answer is at most.
    static let ageMaxMs: UInt64 = 1_000
    /// Sums under way at once of each kind: what sells has the ledger's connections, too.
    private static let readsMax = 4
    /// Entries kept: 20,000 x ~100 B are 2 MB.
    private static let keptMax = 20_000
    /// Looks for a member that moved between the two reads of it and of who is around.
    private static let looksMax = 3

    init(ledger: SumLedger, on loop: EventLoop) {
        slices = Reads(
            on: loop,
            .init(sizeMax: Self.keptMax, readsMax: Self.readsMax),
            freshMs: { _ in Self.ageMaxMs },
            size: { 1 + $0.entries.count }
        ) { slice, _ throws(StoreError) in
            try await ledger.standings(
                of: slice.board,
                in: StandingsSpan(slice.list, nowMs: loop.clock.wallMs()),
                offset: slice.number * SumLedger.standingsMax,
                limit: SumLedger.standingsMax
            )
        }
        places = Reads(
            on: loop,
            .init(sizeMax: Self.keptMax, readsMax: Self.readsMax),
            freshMs: { _ in Self.ageMaxMs },
            size: { 1 + $0.around.count }
        ) { name, _ throws(StoreError) in
            try await Self.place(name, ledger, nowMs: loop.clock.wallMs())
        }
    }

    func page(_ id: BoardID, _ list: BoardList, offset: Int, limit: Int)
        async throws(StoreError) -> Standings
    {
        let size = SumLedger.standingsMax
        var page = Standings(total: 0, entries: [])
        var next = offset
        while next < offset + max(1, limit) {
            let slice = Slice(board: id, list: list, number: next / size)
            let found = try await slices.value(slice)
            page.total = found.total
            page.entries += found.entries.dropFirst(next % size).prefix(offset + limit - next)
            next = (next / size + 1) * size
        }
        return page
    }

    func place(
        of member: String,
        _ id: BoardID,
        _ list: BoardList,
        around: Int
    )
        async throws(StoreError) -> Place
    {
        try await places.value(
            PlaceName(board: id, list: list, member: member, around: around)
        )
    }

    private static func place(_ name: PlaceName, _ ledger: SumLedger, nowMs: Int64)
        async throws(StoreError) -> Place
    {
        let span = StandingsSpan(name.list, nowMs: nowMs)
        for _ in 1...looksMax {
            guard
                let entry = try await ledger.place(of: name.member, on: name.board, in: span)
            else { return Place(entry: nil, around: []) }
            let from = max(0, entry.rank - 1 - name.around)
            let around = try await ledger.standings(
                of: name.board,
                in: span,
                offset: from,
                limit: entry.rank + name.around - from
            )
            if around.entries.contains(entry) {
                return Place(entry: entry, around: around.entries)
            }
        }
        throw .busy("\(name.member) moves too fast to be found.")
    }
}
