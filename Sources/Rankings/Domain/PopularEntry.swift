public import Values

/// A line of the list of best sellers.
public struct PopularEntry: Equatable, Sendable {
    /// From 1, without gaps.
    public var rank: Int
    public var product: ProductID
    public var name: String
    /// Units of paid orders in the days that the list counts.
    public var units: Int64
    /// Its rank in the days before those; nil: it was not on that list.
    public var previousRank: Int?

    public init(
        rank: Int,
        product: ProductID,
        name: String,
        units: Int64,
        previousRank: Int? = nil
    ) {
        self.rank = rank
        self.product = product
        self.name = name
        self.units = units
        self.previousRank = previousRank
    }
}

/// The best sellers of the last days.
public struct PopularList: Equatable, Sendable {
    public var days: Int
    /// When it was counted.
    public var refreshedAt: Timestamp
    public var products: [PopularEntry]
    /// It was counted by the ledger, because the boards were away; the order is the same.
    public var isFromLedger: Bool

    public init(
        days: Int,
        refreshedAt: Timestamp,
        products: [PopularEntry],
        isFromLedger: Bool = false
    ) {
        self.days = days
        self.refreshedAt = refreshedAt
        self.products = products
        self.isFromLedger = isFromLedger
    }
}

extension PopularList {
    /// As many as a month has.
    public static let daysRange = 1...31
    /// What is meant when nothing is said; counted by schedule whether anybody asks or not.
    public static let daysUsual = 3
    /// Entries of one list: 100 x ~100 B are 10 KB.
    public static let entriesMax = 100
    public static let entriesUsual = 5
}
