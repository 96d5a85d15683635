public import Onsale

/// What the ledger knows of a performance's seats, at one instant of it.
public struct SeatLedgerState: Sendable {
    public var performance: Performance
    /// Every payment that stands.
    public var sales: [SeatSale]
    /// The highest number in the outbox: all up to it is in this.
    public var cursor: Int64
    /// Payments cancelled whose `seats.freed` has no number yet: theirs are old stories when they
    /// arrive.
    public var cancelledAhead: [String]
    /// The performances behind the same room; nothing without a room.
    public var roomStock: [PerformanceStock]

    public init(
        performance: Performance,
        sales: [SeatSale],
        cursor: Int64,
        cancelledAhead: [String] = [],
        roomStock: [PerformanceStock] = []
    ) {
        self.performance = performance
        self.sales = sales
        self.cursor = cursor
        self.cancelledAhead = cancelledAhead
        self.roomStock = roomStock
    }
}

/// Where the seats come from: the ledger, in two questions.
public struct SeatSource: Sendable {
    /// A performance, at most a second old; nil: there is none.
    public var performance: @Sendable (PerformanceID) async throws(StoreError) -> Performance?
    /// All that is sold of it, read in one transaction; nil: there is no such performance.
    public var load: @Sendable (PerformanceID) async throws(StoreError) -> SeatLedgerState?

    public init(
        performance: @escaping @Sendable (PerformanceID) async throws(StoreError) -> Performance?,
        load: @escaping @Sendable (PerformanceID) async throws(StoreError) -> SeatLedgerState?
    ) {
        self.performance = performance
        self.load = load
    }
}
