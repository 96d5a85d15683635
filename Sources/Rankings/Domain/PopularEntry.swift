import Values

/// A line of the list of best sellers.
struct PopularEntry: Equatable, Sendable {
    /// From 1, without gaps.
    var rank: Int
    var product: ProductID
    var name: String
    /// Units of paid orders in the days that the list counts.
    var units: Int64
    /// Its rank in the days before those; nil: it was not on that list.
    var previousRank: Int? = nil
}

/// The best sellers of the last days.
struct PopularList: Equatable, Sendable {
    var days: Int
    /// When it was counted.
    var refreshedAt: Timestamp
    var products: [PopularEntry]
    /// It was counted by the ledger, because the boards were away; the order is the same.
    var isFromLedger: Bool = false
}

extension PopularList {
    /// As many as a month has.
    static let daysRange = 1...31
    /// What is meant when nothing is said; counted by schedule whether anybody asks or not.
    static let daysUsual = 3
    /// Entries of one list: 100 x ~100 B are 10 KB.
    static let entriesMax = 100
    static let entriesUsual = 5
}
