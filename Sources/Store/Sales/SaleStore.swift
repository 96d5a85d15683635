public import EventLoop
public import Onsale

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
    let productList: SharedRead<[Product]>
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
        productList = SharedRead(on: loop) { () throws(StoreError) in
            try await ledger.products()
        }
    }

    var nowMs: Int64 { loop.clock.wallMs() }

    // MARK: Concerts

    public func put(_ concert: Concert) async throws(StoreError) { try await ledger.put(concert) }

    public func concerts() async throws(StoreError) -> [Concert] { try await ledger.concerts() }

    /// Of those that there are.
    public func titles(of ids: Set<ConcertID>) async throws(StoreError) -> [ConcertID: String] {
        try await ledger.titles(of: ids)
    }

    /// Nil: there is no such concert.
    public func performances(of concert: ConcertID) async throws(StoreError)
        -> [PerformanceListing]?
    {
        try await ledger.performances(of: concert)
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

    /// The newest first. Their holds are over and not named.
    public func payments(of user: UserID) async throws(StoreError) -> [Payment] {
        try await ledger.payments(of: user).map { $0.payment(hold: "") }
    }

    func forget(_ id: PerformanceID) async { await directory.forget(id) }
}
