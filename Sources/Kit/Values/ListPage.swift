/// Which part of a list is asked for. Lists that grow without a bound are read in pages.
public struct PageRequest: Hashable, Sendable {
    /// Entries of a page that does not say how many.
    public static let limitDefault = 50
    /// 200 payments of 100 seats each are 200 KB of JSON.
    public static let limitRange = 1...200

    public var limit: Int
    /// The identifier of the last entry of the page before; nil: the first page.
    public var after: String?

    public init(limit: Int = limitDefault, after: String? = nil) {
        self.limit = limit
        self.after = after
    }
}

/// A part of a list.
public struct ListPage<Entry: Sendable>: Sendable {
    public var entries: [Entry]
    /// There are entries behind these.
    public var hasMore: Bool

    public init(entries: [Entry], hasMore: Bool) {
        self.entries = entries
        self.hasMore = hasMore
    }

    /// From one entry more than `limit`, if there are so many.
    public init(_ entries: [Entry], limit: Int) {
        self.entries = Array(entries.prefix(limit))
        hasMore = entries.count > limit
    }

    public func map<Other: Sendable>(_ change: (Entry) -> Other) -> ListPage<Other> {
        ListPage<Other>(entries: entries.map(change), hasMore: hasMore)
    }
}

extension ListPage: Equatable where Entry: Equatable {}
