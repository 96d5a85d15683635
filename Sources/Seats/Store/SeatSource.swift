import Engines
import Values

/// What the ledger knows of a performance's seats, at one instant of it.
struct SeatLedgerState: Sendable {
    var performance: Performance
    /// Every payment that stands.
    var sales: [SeatSale]
    /// The highest number in the outbox: all up to it is in this.
    var cursor: Int64
    /// When the event with that number was decided, ms; 0: unknown.
    var cursorMs: Int64 = 0
    /// Payments cancelled whose `seats.freed` has no number yet: theirs are old stories when they
    /// arrive.
    var cancelledAhead: [String] = []
    /// The performances behind the same room; nothing without a room.
    var roomStock: [PerformanceStock] = []
}

/// What Redis has to know of a performance's seats, by one snapshot of the ledger.
struct SeatProgress: Sendable {
    var performance: Performance
    /// The last event that was brought to Redis; 0: none was.
    var delivered: Int64 = 0
    /// What is committed and has not been brought to Redis as an event, in its order. Number 0: it
    /// has none yet.
    var ahead: [SeatEvent] = []
    /// What is sold; nil when more is on its way than `ahead` has.
    var stock: PerformanceStock?
    /// When the event was decided that Redis has as its last one, ms, 0: unknown; nil: there is no
    /// event with that number.
    var cursorMs: Int64? = 0
}

/// What a room has to know of one performance behind it.
struct StockProgress: Sendable {
    var stock: PerformanceStock
    /// As in `SeatProgress`.
    var delivered: Int64
    var hasAhead: Bool
}

/// Where the seats come from: the ledger.
struct SeatSource: Sendable {
    /// A performance, at most a second old; nil: there is none.
    var performance: @Sendable (PerformanceID) async throws(StoreError) -> Performance?
    /// All that is sold of it, read in one transaction; nil: there is no such performance.
    var load: @Sendable (PerformanceID) async throws(StoreError) -> SeatLedgerState?
    /// How far Redis has to be, which has events up to this number; nil: there is no such
    /// performance.
    var progress: @Sendable (PerformanceID, Int64) async throws(StoreError) -> SeatProgress?
    /// The same for all performances behind a room.
    var behind: @Sendable (RoomID) async throws(StoreError) -> [StockProgress]
    /// The payments that have one of these seats now.
    var owners: @Sendable ([Int], PerformanceID) async throws(StoreError) -> [SeatSale]

    init(
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
