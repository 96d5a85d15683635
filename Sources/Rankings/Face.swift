import Capability
import Engines
import EventLoop
import Ledger
import Redis
import Site

extension RankingHandlers: Capability {
    package static let scripts = BoardScripts().all + PopularScripts().all
    package static let checks = LedgerCheck.rankings

    /// The process has one book of sellouts and one clock; they live on its first loop.
    package convenience init(in context: LoopContext) {
        let process = context.process
        let ledger = RankingLedger(context.database)
        let settings = BoardDirectory(ledger: ledger, on: context.loop)
        let boards = BoardStore(
            redis: context.redis,
            settings: settings,
            source: BoardSource(ledger: ledger),
            retainMs: process.retainMs,
            on: context.loop
        )
        let lists = BoardLists(boards: boards, ledger: ledger, on: context.loop)
        let first = context.first?[RankingHandlers.self]
        let relay = process.relay
        let clock =
            first?.clock
            ?? RankingClock(
                ledger: ledger,
                boards: boards,
                settled: { await relay.delivered(OutboxConsumer.boardsName, withinMs: $0) },
                on: context.loop
            )
        let sellouts =
            first?.sellouts.book
            ?? SelloutBook(ledger: ledger, on: context.loop)
        self.init(
            site: context.site,
            boards: boards,
            boardBook: BoardBook(
                ledger: ledger,
                settings: settings,
                lists: lists,
                committed: context.committed,
                on: context.loop
            ),
            popular: PopularStore(
                redis: context.redis,
                boards: boards,
                ledger: ledger,
                relay: relay,
                on: context.loop
            ),
            sellouts: SelloutLists(
                ledger: ledger,
                fraction: process.sellout,
                lists: lists,
                settings: settings,
                book: sellouts,
                on: context.loop
            ),
            clock: clock,
            relay: relay,
            titles: context[Titles.self].titles
        )
    }

    package func start() async { await liveRankings.start() }

    package var consumers: [OutboxConsumer] { [.boards(boards)] }
    package var pruned: [any Pruned] { [clock.ledger.charts] }

    package func startClock() async {
        await clock.start()
        await popularRounds.start()
    }

    package func stopClock() async {
        await popularRounds.stop()
        await clock.stop()
    }

    package static func audit(_ engines: AuditEngines) async -> [AuditLine] {
        await BoardAudit(engines).audit()
    }
}
