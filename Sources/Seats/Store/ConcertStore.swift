import Engines
import EventLoop
import Rooms
import Values

/// Concerts and their performances as one loop sees them: what operators make, and what the ledger
/// lists.
package actor ConcertStore: OnLoop {
    package nonisolated let loop: EventLoop
    let ledger: SeatLedger
    let seats: SeatStore
    let keeper: RoomKeeper
    /// Told after every commit that wrote into the outbox.
    let committed: @Sendable () -> Void
    private let directory: PerformanceDirectory

    /// `directory` is the loop's.
    init(
        ledger: SeatLedger,
        directory: PerformanceDirectory,
        seats: SeatStore,
        keeper: RoomKeeper,
        committed: @escaping @Sendable () -> Void,
        on loop: EventLoop
    ) {
        self.loop = loop
        self.ledger = ledger
        self.directory = directory
        self.seats = seats
        self.keeper = keeper
        self.committed = committed
    }

    var nowMs: Int64 { loop.clock.wallMs() }

    /// Answers the concert's revision. Nil: it is not what the sender has seen.
    @discardableResult
    package func put(_ concert: Concert, if precondition: Precondition<Revised<Concert>>? = nil)
        async throws(StoreError) -> Int64?
    {
        guard let precondition else { return try await ledger.put(concert) }
        while true {
            let old = try await ledger.concert(concert.id)
            guard precondition(old) else { return nil }
            if let revision = try await ledger.put(concert, former: old?.revision ?? 0) {
                return revision
            }
        }
    }

    func concert(_ id: ConcertID) async throws(StoreError) -> Revised<Concert>? {
        try await ledger.concert(id)
    }

    /// A page of the concerts, by their identifiers.
    package func concerts(_ page: PageRequest = .init()) async throws(StoreError)
        -> ListPage<Concert>
    {
        try await ledger.concerts(page)
    }

    /// Nil: there is no such concert.
    func title(of id: ConcertID) async throws(StoreError) -> String? {
        try await ledger.title(of: id)
    }

    /// Of those that there are.
    func titles(of ids: Set<ConcertID>) async throws(StoreError) -> [ConcertID: String] {
        try await ledger.titles(of: ids)
    }

    /// A page of a concert's evenings, by their date. Nil: there is no such concert.
    package func performances(of concert: ConcertID, _ page: PageRequest = .init())
        async throws(StoreError) -> ListPage<PerformanceListing>?
    {
        try await ledger.performances(of: concert, page)
    }

    /// As it was at most a second ago.
    package func performance(_ id: PerformanceID) async throws(StoreError) -> Performance? {
        try await directory.value(id)
    }

    func forget(_ id: PerformanceID) async { await directory.forget(id) }
}
