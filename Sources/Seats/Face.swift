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

    package convenience init(in house: House) {
        let household = house.household
        let rooms = house[RoomHandlers.self]
        let ledger = SeatLedger(house.database, sellout: household.sellout)
        let directory = PerformanceDirectory(ledger: ledger, on: house.loop)
        let seats = SeatStore(
            redis: house.redis,
            holdKey: household.ticketKey,
            source: SeatSource(ledger: ledger, directory: directory),
            retainMs: household.retainMs,
            on: house.loop
        )
        let concerts = ConcertStore(
            ledger: ledger,
            directory: directory,
            seats: seats,
            keeper: rooms.keeper,
            committed: house.committed,
            on: house.loop
        )
        house.add(Titles { ids throws(StoreError) in try await concerts.titles(of: ids) })
        self.init(
            site: house.site,
            rooms: rooms,
            concertStore: concerts,
            seatStore: seats,
            ledger: ledger,
            balance: house[Balances.self].balance
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
        let audit = SeatAudit(
            ledger: SeatLedger(engines.database),
            redis: engines.redis,
            repairs: engines.repairs,
            retainMs: engines.retainMs,
            on: engines.loop
        )
        return await audit.audit()
    }
}

extension Counts.Kind {
    static let held = Counts.Kind("held")
    static let released = Counts.Kind("released")
}
