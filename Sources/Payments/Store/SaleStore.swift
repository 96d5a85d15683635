public import EventLoop
public import Onsale
public import Values

/// The sales as one loop sees them: the ledger for what is true, the seats in Redis for what is
/// quick.
public actor SaleStore {
    public nonisolated let loop: EventLoop
    let ledger: SaleLedger
    let seats: SeatStore
    let rooms: RoomStore
    let attempts: AttemptsInFlight
    /// Told after every commit that wrote into the outbox.
    let committed: @Sendable () -> Void
    private let directory: PerformanceDirectory
    let products: Directory<ProductID, Product>
    let productList: SharedRead<PageRequest, ListPage<Product>>
    let coupons: CouponDirectory
    let boards: BoardDirectory

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe loop.asUnownedSerialExecutor()
    }

    /// `attempts` are the process's, over all its loops; the directories are the loop's.
    public init(
        ledger: SaleLedger,
        directory: PerformanceDirectory,
        coupons: CouponDirectory,
        boards: BoardDirectory,
        seats: SeatStore,
        rooms: RoomStore,
        attempts: AttemptsInFlight,
        committed: @escaping @Sendable () -> Void,
        on loop: EventLoop
    ) {
        self.loop = loop
        self.ledger = ledger
        self.directory = directory
        self.coupons = coupons
        self.boards = boards
        self.seats = seats
        self.rooms = rooms
        self.attempts = attempts
        self.committed = committed
        products = Directory(on: loop) { id throws(StoreError) in try await ledger.product(id) }
        productList = SharedRead(on: loop) { page throws(StoreError) in
            try await ledger.products(page)
        }
    }

    var nowMs: Int64 { loop.clock.wallMs() }

    // MARK: Concerts

    /// Answers the concert's revision. Nil: it is not what the sender has seen.
    @discardableResult
    public func put(_ concert: Concert, if precondition: Precondition<Revised<Concert>>? = nil)
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

    public func concert(_ id: ConcertID) async throws(StoreError) -> Revised<Concert>? {
        try await ledger.concert(id)
    }

    /// A page of the concerts, by their identifiers.
    public func concerts(_ page: PageRequest = .init()) async throws(StoreError)
        -> ListPage<Concert>
    {
        try await ledger.concerts(page)
    }

    /// Nil: there is no such concert.
    public func title(of id: ConcertID) async throws(StoreError) -> String? {
        try await ledger.title(of: id)
    }

    /// Of those that there are.
    public func titles(of ids: Set<ConcertID>) async throws(StoreError) -> [ConcertID: String] {
        try await ledger.titles(of: ids)
    }

    /// A page of a concert's evenings, by their date. Nil: there is no such concert.
    public func performances(of concert: ConcertID, _ page: PageRequest = .init())
        async throws(StoreError) -> ListPage<PerformanceListing>?
    {
        try await ledger.performances(of: concert, page)
    }

    /// As it was at most a second ago.
    public func performance(_ id: PerformanceID) async throws(StoreError) -> Performance? {
        try await directory.value(id)
    }

    // MARK: Seats

    public func seatMap(_ id: PerformanceID, knownVersion: String?) async throws(StoreError)
        -> SeatMapOutcome
    {
        try await seats.map(id, knownVersion: knownVersion)
    }

    public func hold(_ numbers: [Int], of id: PerformanceID, for user: UserID)
        async throws(StoreError) -> HoldOutcome
    {
        try await seats.hold(numbers, of: id, for: user)
    }

    public func release(_ token: String, for user: UserID) async throws(StoreError)
        -> ReleaseOutcome
    {
        try await seats.release(token, for: user)
    }

    // MARK: Users

    public func balance(of user: UserID) async throws(StoreError) -> Int64 {
        try await ledger.balance(of: user)
    }

    /// A page of them, the newest first. Their holds are over and not named.
    public func payments(of user: UserID, _ page: PageRequest = .init())
        async throws(StoreError) -> ListPage<Payment>
    {
        try await ledger.payments(of: user, page).map { $0.payment(hold: "") }
    }

    func forget(_ id: PerformanceID) async { await directory.forget(id) }
}
