import Engines
import EventLoop
import Ledger
import Redis
import Values

/// Holds the boards in Redis against the ledger: every list that is read now, place by place. Live:
/// what was committed a moment ago may not be on the board yet, so only what stays different breaks
/// the promise.
actor BoardAudit: OnLoop {
    nonisolated let loop: EventLoop
    private let ledger: RankingLedger
    private let boards: BoardStore
    private let slice: Int
    private let repairs: Bool

    /// `slice`: members of one read of the ledger. Without repairs nothing is changed but that the
    /// last 24 hours move on.
    init(
        _ engines: AuditEngines,
        scripts: BoardScripts = BoardScripts(),
        slice: Int = 20_000
    ) {
        loop = engines.loop
        ledger = RankingLedger(engines.database)
        self.slice = slice
        repairs = engines.repairs
        boards = BoardStore(
            redis: engines.redis,
            settings: BoardDirectory(ledger: ledger, on: loop),
            source: BoardSource(ledger: ledger),
            scripts: scripts,
            retainMs: engines.retainMs,
            comparesWithLedger: false,
            on: loop
        )
    }

    /// A line a board, and one more for one that was mended.
    func audit() async -> [AuditLine] {
        var lines: [AuditLine] = []
        do throws(StoreError) {
            var page = try await ledger.boards()
            while let last = page.last {
                for row in page {
                    let found = await self.lines(row.board)
                    lines += found
                }
                page = try await ledger.boards(after: last.board.id.raw)
            }
        } catch {
            let promise = "every board in Redis is what the ledger adds up to"
            lines.append(AuditLine(promise, unchecked: error))
        }
        return lines
    }

    private func lines(_ board: Board) async -> [AuditLine] {
        let found = await line(board)
        guard repairs, found.finding == .broken || found.finding == .failed else { return [found] }
        do throws(StoreError) {
            try await boards.rebuild(board.id)
        } catch {
            return [found, AuditLine(found.promise, unchecked: error)]
        }
        let after = await line(board)
        guard after.finding == .kept else { return [after] }
        return [AuditLine(found.promise, .mended, found.detail), after]
    }

    private func line(_ board: Board) async -> AuditLine {
        let promise = "the board \(board.id) in Redis is what the ledger adds up to"
        do throws(StoreError) {
            if let foreign = try await boards.foreign(board.id) {
                return AuditLine(promise, .broken, foreign.reason)
            }
            guard let nowMs = try await boards.sweepNow(board.id, slicesMax: .max) else {
                return AuditLine(promise, .kept, "not in Redis: the next request builds it")
            }
            let lists = Self.lists(of: board, atMs: nowMs)
            var places = 0
            for list in lists {
                let audit = BoardListAudit(
                    ledger: ledger.sums,
                    boards: boards,
                    board: board.id,
                    list: list,
                    slice: slice
                )
                switch try await audit.finding() {
                case .right(let count): places += count
                case .wrong(let difference):
                    return AuditLine(promise, .broken, "\(Self.name(of: list)): \(difference)")
                case .moving:
                    return AuditLine(promise, .notChecked, "\(Self.name(of: list)) moves too fast")
                }
            }
            return AuditLine(promise, .kept, "\(lists.count) lists, \(places) places")
        } catch {
            return AuditLine(promise, unchecked: error)
        }
    }

    /// Days, weeks and months: the present ones and those before.
    private static func lists(of board: Board, atMs nowMs: Int64) -> [BoardList] {
        let calendar = BoardCalendars.of(board)
        return board.windows.flatMap { window -> [BoardList] in
            switch window {
            case .realtime: return [.realtime]
            case .all: return [.all]
            case .daily, .weekly, .monthly:
                let present = calendar.period(window, at: nowMs)
                return [.period(present), .period(calendar.preceding(present))]
            }
        }
    }

    private static func name(of list: BoardList) -> String {
        guard case .period(let period) = list else { return list.window.rawValue }
        return "\(list.window.rawValue) \(period.name)"
    }
}
