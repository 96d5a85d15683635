import Engines
import EventLoop
import Values

/// The charts that a loop's readers ask for. A chart never changes, so what was read stays; what is
/// not there is looked for again after a second.
struct Charts: Sendable {
    private struct Name: Hashable {
        var board: BoardID
        var period: Period
    }

    /// Nil: there is none.
    private struct Newest: Sendable {
        var period: String?
        /// It is the very period that was asked for: no newer one can come.
        var isFinal: Bool
    }

    private let charts: Reads<Name, Chart?>
    private let newest: Reads<Name, Newest>

    private static let lookEveryMs: UInt64 = 1_000
    /// Entries kept, of charts: 100,000 x ~100 B are 10 MB, a hundred full ones.
    private static let keptMax = 100_000

    init(ledger: ChartLedger, on loop: EventLoop) {
        charts = Reads(
            on: loop,
            .init(sizeMax: Self.keptMax),
            freshMs: { $0 == nil ? Self.lookEveryMs : nil },
            size: { 1 + ($0?.entries.count ?? 0) },
            outlives: { _ in true }
        ) { name, _ throws(StoreError) in
            try await ledger.chart(
                of: name.board,
                name.period.window,
                period: name.period.name
            )
        }
        newest = Reads(
            on: loop,
            .init(sizeMax: Self.keptMax),
            freshMs: { $0.isFinal ? nil : Self.lookEveryMs },
            size: { _ in 1 },
            outlives: { _ in true }
        ) { name, _ throws(StoreError) in
            let found = try await ledger.newestChart(
                of: name.board,
                name.period.window,
                startingBy: name.period.startMs
            )
            return Newest(period: found, isFinal: found == name.period.name)
        }
    }

    /// Nil: the period is not frozen.
    func chart(of board: BoardID, _ period: Period) async throws(StoreError)
        -> Chart?
    {
        try await charts.value(Name(board: board, period: period))
    }

    /// The name of the newest frozen period that is not after `period`. Nil: there is none.
    func newest(of board: BoardID, upTo period: Period)
        async throws(StoreError) -> String?
    {
        try await newest.value(Name(board: board, period: period)).period
    }
}
