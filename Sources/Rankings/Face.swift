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
    package convenience init(in house: House) {
        let household = house.household
        let ledger = RankingLedger(house.database)
        let settings = BoardDirectory(ledger: ledger, on: house.loop)
        let boards = BoardStore(
            redis: house.redis,
            settings: settings,
            source: BoardSource(ledger: ledger),
            retainMs: household.retainMs,
            on: house.loop
        )
        let lists = BoardLists(boards: boards, ledger: ledger, on: house.loop)
        let first = house.first?[RankingHandlers.self]
        let relay = household.relay
        let clock =
            first?.clock
            ?? RankingClock(
                ledger: ledger,
                boards: boards,
                settled: { await relay.delivered(OutboxConsumer.boardsName, withinMs: $0) },
                on: house.loop
            )
        let sellouts =
            first?.sellouts.book
            ?? SelloutBook(ledger: ledger, on: house.loop)
        self.init(
            site: house.site,
            boards: boards,
            boardBook: BoardBook(
                ledger: ledger,
                settings: settings,
                lists: lists,
                committed: house.committed,
                on: house.loop
            ),
            popular: PopularStore(
                redis: house.redis,
                boards: boards,
                ledger: ledger,
                relay: relay,
                on: house.loop
            ),
            sellouts: SelloutLists(
                ledger: ledger,
                fraction: household.sellout,
                lists: lists,
                settings: settings,
                book: sellouts,
                on: house.loop
            ),
            clock: clock,
            relay: relay,
            titles: house[Titles.self].titles
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
        let audit = BoardAudit(
            ledger: RankingLedger(engines.database),
            redis: engines.redis,
            repairs: engines.repairs,
            retainMs: engines.retainMs,
            on: engines.loop
        )
        return await audit.audit()
    }
}
