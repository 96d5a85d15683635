import Coupons
import Engines
import EventLoop
import Ledger
import Rankings
import Rooms
import Seats
import SQL

/// What a process does by itself, apart from requests, on its first loop and with that loop's
/// stores: the rooms move, what was committed reaches Redis, what is over is swept.
struct Clockwork: Sendable {
    private let context: ServerContext
    private let rankings: RankingClock
    private let rounds: [Rounds]

    static func start(
        _ context: ServerContext,
        _ stores: LoopStores,
        _ database: any Database,
        on loop: EventLoop
    ) async -> Clockwork {
        let (keeper, relay) = (context.keeper, context.relay)
        let ledger = RankingLedger(database)
        let pruned: [any Pruned] = [stores.attempts, ledger]
        let rounds: [Rounds] = [
            .housekeeping(pruned, on: loop), .popular(stores.popular, on: loop),
        ]
        let rankings = RankingClock(
            ledger: ledger,
            boards: stores.boards,
            settled: { await relay.delivered(OutboxConsumer.boardsName, withinMs: $0) },
            on: loop
        )
        await keeper.onStock { room async throws(StoreError) in
            try await stores.seats.compare(behind: room)
        }
        await relay.add([
            .seats(stores.seats, ledger: SeatLedger(database)), .coupons(stores.coupons),
            .boards(stores.boards),
        ])
        await keeper.start()
        await context.draws.start()
        await relay.start()
        await rankings.start()
        for rounds in rounds { await rounds.start() }
        return Clockwork(context: context, rankings: rankings, rounds: rounds)
    }

    func stop() async {
        await context.draws.stop()
        await context.keeper.stop()
        for rounds in rounds { await rounds.stop() }
        await rankings.stop()
        await context.relay.stop()
    }
}
