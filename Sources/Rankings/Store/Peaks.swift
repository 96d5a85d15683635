import Engines
import EventLoop
import Values

/// The best ranks that members ever had. Only the first of a list ever get one written down, so a
/// list has few: all of them are kept, and what is new is read once a minute.
struct Peaks: Sendable {
    private struct Name: Hashable {
        var board: BoardID
        var window: BoardWindow
    }

    private struct Table: Sendable {
        var ranks: [String: Int] = [:]
        /// The latest that was read.
        var atMs: Int64 = .min
        /// There are more than are kept: members are asked for.
        var isOverfull = false
    }

    private let tables: Reads<Name, Table>
    private let ledger: ChartLedger

    /// How old an answer is at most.
    private static let ageMaxMs: UInt64 = 60_000
    /// Members of one list: 20,000 x ~80 B are 1.6 MB.
    static let membersMax = 20_000
    /// Members of all lists: 16 MB.
    private static let keptMax = 200_000
    /// What another process writes down may be a little older than what was read before.
    private static let lateMs: Int64 = 300_000

    init(ledger: ChartLedger, on loop: EventLoop) {
        self.ledger = ledger
        tables = Reads(
            on: loop,
            .init(sizeMax: Self.keptMax),
            freshMs: { _ in Self.ageMaxMs },
            size: { 1 + $0.ranks.count },
            outlives: { _ in true }
        ) { name, old throws(StoreError) in try await Self.read(name, old ?? Table(), ledger) }
    }

    /// Who never had one is left out.
    func ranks(
        of members: [String],
        _ board: BoardID,
        _ window: BoardWindow
    )
        async throws(StoreError) -> [String: Int]
    {
        let table = try await tables.value(Name(board: board, window: window))
        guard table.isOverfull else { return table.ranks }
        return try await ledger.peaks(of: members, on: board, window)
    }

    private static func read(_ name: Name, _ old: Table, _ ledger: ChartLedger)
        async throws(StoreError) -> Table
    {
        guard !old.isOverfull else { return old }
        var table = old
        var last = (atMs: max(.min + lateMs, old.atMs) - lateMs, member: "")
        while true {
            let peaks = try await ledger.peaks(on: name.board, name.window, after: last)
            for peak in peaks { table.ranks[peak.member] = peak.rank }
            if table.ranks.count > membersMax { return Table(isOverfull: true) }
            if let end = peaks.last {
                last = (end.atMs, end.member)
                table.atMs = max(table.atMs, end.atMs)
            }
            if peaks.count < ChartLedger.peaksAtOnce { return table }
        }
    }
}
