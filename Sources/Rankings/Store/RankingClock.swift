import Engines
import EventLoop
import Values

/// What lists need from time to time, whoever asks for them: the rolling ones are swept, the first
/// of each are sampled, and periods that are over are frozen. One a process, on its first loop;
/// that several do the same is harmless.
package actor RankingClock: OnLoop {
    package nonisolated let loop: EventLoop
    let ledger: RankingLedger
    let boards: BoardStore
    /// Waits until what was committed before is on the boards, so many ms at most. False: it is
    /// not, and the ledger is asked.
    let settled: @Sendable (Int) async -> Bool
    /// No period of a list ends unfrozen before this instant.
    var quietUntilMs: [ListName: Int64] = [:]
    var sampled: [ListName: Sampled] = [:]
    private var sampledMinute: Int64 = -1
    /// The bucket that was the present one when a board was swept.
    private var swept: [BoardID: Int64] = [:]
    private var rows: [BoardRow] = []
    private var listedAtMs: Int64?
    private var rounds: Rounds?

    struct ListName: Hashable {
        var board: BoardID
        var window: BoardWindow
        /// Another zone has other days.
        var timeZone: String

        init(_ board: Board, _ window: BoardWindow) {
            self.board = board.id
            self.window = window
            timeZone = board.timeZone
        }
    }

    private static let everyMs = 1_000
    /// A new board is seen after this.
    private static let listEveryMs: Int64 = 60_000
    /// Redis's clock decides what is over; this one may be ahead of it.
    private static let sweepAfterMs: Int64 = 5_000

    init(
        ledger: RankingLedger,
        boards: BoardStore,
        settled: @escaping @Sendable (Int) async -> Bool,
        on loop: EventLoop
    ) {
        self.ledger = ledger
        self.boards = boards
        self.settled = settled
        self.loop = loop
    }

    func start() async {
        let rounds = Rounds(everyMs: Self.everyMs, on: loop) { [weak self] in await self?.round() }
        self.rounds = rounds
        await rounds.start()
    }

    /// Returns when the list in hand is done.
    func stop() async {
        await rounds?.stop()
        await rounds?.ended()
    }

    /// Does what is due. What fails is done in a later round.
    func round() async {
        let nowMs = loop.clock.wallMs()
        await list(nowMs)
        await freeze(rows, nowMs)
        await sweep(nowMs)
        let minute = nowMs / RankSample.everyMs
        guard minute > sampledMinute else { return }
        sampledMinute = minute
        await sample(rows, nowMs)
    }

    private func list(_ nowMs: Int64) async {
        if let listedAtMs, nowMs - listedAtMs < Self.listEveryMs { return }
        var found: [BoardRow] = []
        repeat {
            let after = found.last?.board.id.raw ?? ""
            // Away from the ledger those that were known will do.
            let part = await Background.discover.attempt { try await ledger.boards(after: after) }
            guard let part else { return }
            found += part
            if part.count < RankingLedger.boardsListed { break }
        } while true
        rows = found
        listedAtMs = nowMs
        let names = Set(rows.flatMap { row in row.board.windows.map { ListName(row.board, $0) } })
        quietUntilMs = quietUntilMs.filter { names.contains($0.key) }
        sampled = sampled.filter { names.contains($0.key) }
        swept = swept.filter { id, _ in rows.contains { $0.board.id == id } }
    }

    /// Also gives a board that came back older with Redis what it lacks: nobody may read it.
    private func sweep(_ nowMs: Int64) async {
        let bucket = (nowMs - Self.sweepAfterMs) / ScoreBatch.bucketMs
        for row in rows where !Task.isCancelled {
            let id = row.board.id
            let isCompared = await boards.isCompared(id)
            do throws(StoreError) {
                if row.board.windows.contains(.realtime), swept[id] != bucket {
                    try await boards.sweep(id)
                    swept[id] = bucket
                } else if !isCompared {
                    try await boards.sweepNow(id, slicesMax: .max)
                }
            } catch {
                // Again in a second. Readers sweep, too.
                Background.housekeeping.failed(error, about: ("board", id.raw))
            }
        }
    }
}
