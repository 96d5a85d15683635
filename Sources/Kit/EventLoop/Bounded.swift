/// A dictionary that forgets: one key more than `limit`, and it starts over.
///
/// For what can be had again at a price. To look for the oldest would cost every use of it
/// something; where losing all at once is too dear, `Reads` lets the oldest go.
///
/// Inlinable: each call to Redis looks its keys up in one.
public struct Bounded<Key: Hashable, Value> {
    @usableFromInline var values: [Key: Value] = [:]
    @usableFromInline let limit: Int

    /// Keeps at most `limit` keys.
    @inlinable public init(_ limit: Int) { self.limit = limit }

    @inlinable public var count: Int { values.count }
    @inlinable public var all: [Key: Value] { values }

    @inlinable public subscript(key: Key) -> Value? {
        get { values[key] }
        set {
            if newValue != nil, values.count >= limit, values[key] == nil { removeAll() }
            values[key] = newValue
        }
    }

    /// What is kept as `key`, else what `make` makes, which is kept.
    @inlinable public mutating func value<Failure: Error>(
        _ key: Key,
        orMake make: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        if let known = values[key] { return known }
        let made = try make()
        self[key] = made
        return made
    }

    @inlinable public mutating func removeAll() { values.removeAll(keepingCapacity: true) }
}

extension Bounded: Sendable where Key: Sendable, Value: Sendable {}
