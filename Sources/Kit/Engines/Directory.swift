public import EventLoop

/// What a loop remembers of performances, products or coupons: as the ledger had them at most a
/// second ago, or, while it is away, when it was last there. Nil: there is no such thing.
public typealias Directory<Key: Hashable & Sendable, Named: Sendable> = Reads<Key, Named?>

extension Reads {
    public init<Named>(
        directoryOn loop: EventLoop,
        load: @escaping @Sendable (Key) async throws(StoreError) -> Named?
    ) where Value == Named? {
        self.init(
            on: loop,
            .init(keysMax: DirectoryLimits.knownMax, readsMax: .max),
            freshMs: { _ in DirectoryLimits.ageMaxMs },
            outlives: { $0 != nil },
            read: { key, _ throws(StoreError) in try await load(key) }
        )
    }

    /// As `value`, but what nobody knew a moment ago is looked for again: what is new is there at
    /// once.
    public func found<Named>(_ key: Key) async throws(StoreError) -> Named? where Value == Named? {
        if let value = try await value(key) { return value }
        drop(key)
        return try await value(key)
    }
}

private enum DirectoryLimits {
    /// A change is known everywhere after this.
    static let ageMaxMs: UInt64 = 1_000
    /// Names remembered, known or not: 4,096 x ~300 B is over 1 MB.
    static let knownMax = 4_096
}
