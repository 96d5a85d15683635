public import Onsale
public import Values

/// What the ledger knows of a performance's seats, at one instant of it.
public struct SeatLedgerState: Sendable {
    public var performance: Performance
    /// Every payment that stands.
    public var sales: [SeatSale]
    /// The highest number in the outbox: all up to it is in this.
    public var cursor: Int64
    /// When the event with that number was decided, ms; 0: unknown.
    public var cursorMs: Int64
    /// Payments cancelled whose `seats.freed` has no number yet: theirs are old stories when they
    /// arrive.
    public var cancelledAhead: [String]
    /// The performances behind the same room; nothing without a room.
    public var roomStock: [PerformanceStock]

    public init(
        performance: Performance,
        sales: [SeatSale],
        cursor: Int64,
        cursorMs: Int64 = 0,
        cancelledAhead: [String] = [],
        roomStock: [PerformanceStock] = []
    ) {
        self.performance = performance
        self.sales = sales
        self.cursor = cursor
        self.cursorMs = cursorMs
        self.cancelledAhead = cancelledAhead
        self.roomStock = roomStock
    }
}

/// What Redis has to know of a performance's seats, by one snapshot of the ledger.
public struct SeatProgress: Sendable {
    public var performance: Performance
    /// The last event that was brought to Redis; 0: none was.
    public var delivered: Int64
    /// What is committed and has not been brought to Redis as an event, in its order. Number 0: it
    /// has none yet.
    public var ahead: [SeatEvent]
    /// What is sold; nil when more is on its way than `ahead` has.
    public var stock: PerformanceStock?
    /// When the event was decided that Redis has as its last one, ms, 0: unknown; nil: there is no
    /// event with that number.
    public var cursorMs: Int64?

    public init(
        performance: Performance,
        delivered: Int64 = 0,
        ahead: [SeatEvent] = [],
        stock: PerformanceStock? = nil,
        cursorMs: Int64? = 0
    ) {
        self.performance = performance
        self.delivered = delivered
        self.ahead = ahead
        self.stock = stock
        self.cursorMs = cursorMs
    }
}

/// What a room has to know of one performance behind it.
public struct StockProgress: Sendable {
    public var stock: PerformanceStock
    /// As in `SeatProgress`.
    public var delivered: Int64
    public var hasAhead: Bool
}

/// Where the seats come from: the ledger.
public struct SeatSource: Sendable {
    /// A performance, at most a second old; nil: there is none.
    public var performance: @Sendable (PerformanceID) async throws(StoreError) -> Performance?
    /// All that is sold of it, read in one transaction; nil: there is no such performance.
    public var load: @Sendable (PerformanceID) async throws(StoreError) -> SeatLedgerState?
    /// How far Redis has to be, which has events up to this number; nil: there is no such
    /// performance.
    public var progress: @Sendable (PerformanceID, Int64) async throws(StoreError) -> SeatProgress?
    /// The same for all performances behind a room.
    public var behind: @Sendable (RoomID) async throws(StoreError) -> [StockProgress]
    /// The payments that have one of these seats now.
    public var owners: @Sendable ([Int], PerformanceID) async throws(StoreError) -> [SeatSale]

    public init(
        performance: @escaping @Sendable (PerformanceID) async throws(StoreError) -> Performance?,
        load: @escaping @Sendable (PerformanceID) async throws(StoreError) -> SeatLedgerState?,
        progress:
            @escaping @Sendable (PerformanceID, Int64) async throws(StoreError) -> SeatProgress?,
        behind: @escaping @Sendable (RoomID) async throws(StoreError) -> [StockProgress],
        owners: @escaping @Sendable ([Int], PerformanceID) async throws(StoreError) -> [SeatSale]
    ) {
        self.performance = performance
        self.load = load
        self.progress = progress
        self.behind = behind
        self.owners = owners
    }
}
