import Engines
import EventLoop
import Rankings
import Synchronization
import Values

/// `onsale rankings rebuild`: boards anew from the ledger.
enum Rankings {
    private static let usage = """
        onsale rankings rebuild [BOARD ...]: make boards in Redis anew from the ledger

        Also beside a running server: a board is built beside the live one, which is read and
        written on, and then takes its place. Without BOARD all of them, one after the other.
        A board that Redis has lost comes back by itself, and does not need this. How far it is
        goes to standard error. Exit code 1 if one could not be built or is not there.
        """

    static func run(_ arguments: [String], environment: [String: String]) async -> Int32 {
        switch arguments.first {
        case "rebuild":
            return await Beside.run(
                usage,
                Array(arguments.dropFirst()),
                environment: environment,
                takesNames: true,
                scripts: BoardScripts().all,
                rebuild
            )
        case "--help", "-h", "help":
            print(Beside.help(usage))
            return 0
        default:
            let word =
                arguments.first.map { "onsale: rankings cannot \(Redaction.shown($0))" }
                ?? "onsale: what?"
            printToStandardError("\(word); see onsale rankings --help")
            return ExitCode.usage
        }
    }

    @Sendable private static func rebuild(_ engines: Beside, _ names: [String])
        async throws(StartError) -> Int32
    {
        guard engines.isConnected else { throw StartError(line: "Redis does not answer") }
        let ledger = RankingLedger(engines.database)
        let boards = BoardStore(
            redis: engines.redis,
            settings: BoardDirectory(ledger: ledger, on: engines.loop),
            source: BoardSource(ledger: ledger),
            retainMs: engines.retainMs,
            on: engines.loop
        )
        do throws(StoreError) {
            for id in try await boardNames(names, ledger) {
                let startNs = engines.loop.clock.monotonicNs()
                let progress = RebuildProgress(of: id, on: engines.loop)
                try await boards.rebuild(id) { read, latest in progress.note(read, of: latest) }
                let ms = (engines.loop.clock.monotonicNs() - startNs) / 1_000_000
                printToStandardError("\(id): rebuilt in \(ms) ms")
            }
            return 0
        } catch {
            throw StartError(line: error.reason)
        }
    }

    /// All boards, or those that are named; each must be there before the first is touched.
    private static func boardNames(_ names: [String], _ ledger: RankingLedger)
        async throws(StoreError) -> [BoardID]
    {
        var found: [BoardID] = []
        for name in names {
            guard let id = BoardID(name), try await ledger.board(id) != nil else {
                throw .broken("there is no board \(Redaction.shown(name))")
            }
            found.append(id)
        }
        guard names.isEmpty else { return found }
        var page = try await ledger.boards()
        while let last = page.last {
            found += page.map(\.board.id)
            page = try await ledger.boards(after: last.board.id.raw)
        }
        return found
    }
}

/// Says once a second how far the building of a board is.
private final class RebuildProgress: Sendable {
    private let id: BoardID
    private let loop: EventLoop
    private let saidNs: Mutex<UInt64>

    init(of id: BoardID, on loop: EventLoop) {
        self.id = id
        self.loop = loop
        saidNs = Mutex(loop.clock.monotonicNs())
    }

    /// Of all events in the outbox those up to `number` have been looked at.
    func note(_ number: Int64, of latest: Int64) {
        let nowNs = loop.clock.monotonicNs()
        let isDue = saidNs.withLock { saidNs in
            guard nowNs - saidNs >= 1_000_000_000 else { return false }
            saidNs = nowNs
            return true
        }
        if isDue { printToStandardError("\(id): event \(number) of \(latest)") }
    }
}
