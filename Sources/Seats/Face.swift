import Capability
import Engines
import Ledger
import Redis
import Rooms
import Site

extension SeatHandlers: Capability {
    package static let scripts = SeatScripts().all
    package static let checks = LedgerCheck.seats
    package static let counted: [Counts.Kind] = [.held, .released]

    package convenience init(in context: LoopContext) {
        let process = context.process
        let rooms = context[RoomHandlers.self]
        let ledger = SeatLedger(context.database, sellout: process.sellout)
        let directory = PerformanceDirectory(ledger: ledger, on: context.loop)
        let seats = SeatStore(
            redis: context.redis,
            holdKey: process.ticketKey,
            source: SeatSource(ledger: ledger, directory: directory),
            retainMs: process.retainMs,
            on: context.loop
        )
        let concerts = ConcertStore(
            ledger: ledger,
            directory: directory,
            seats: seats,
            keeper: rooms.keeper,
            committed: context.committed,
            on: context.loop
        )
        context.add(Titles { ids throws(StoreError) in try await concerts.titles(of: ids) })
        self.init(
            site: context.site,
            rooms: rooms,
            concertStore: concerts,
            seatStore: seats,
            ledger: ledger,
            balance: context[Balances.self].balance
        )
    }

    package var consumers: [OutboxConsumer] { [.seats(seatStore, ledger: ledger)] }

    /// The stock of a room is compared with the ledger when the room is looked at.
    package func startClock() async {
        let seats = seatStore
        await rooms.keeper.onStock { room async throws(StoreError) in
            try await seats.compare(behind: room)
        }
    }

    package static func audit(_ engines: AuditEngines) async -> [AuditLine] {
        await SeatAudit(engines).audit()
    }
}

extension Counts.Kind {
    static let held = Counts.Kind("held")
    static let released = Counts.Kind("released")
}
