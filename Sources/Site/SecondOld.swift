import Engines
import EventLoop

/// One value that many ask for, read by a loop at most once a second for all of them.
package typealias SecondOld<Value: Sendable> = Reads<OnlyKey, Value>

/// The key of a value of which there is one.
package enum OnlyKey: Hashable, Sendable { case only }

extension Reads {
    /// A value for each of a few keys, read at most once a second. 500,000 seats are 0.5 MB.
    package static func secondOld(
        on loop: EventLoop,
        size: @escaping @Sendable (Value) -> Int = { _ in 1 },
        _ read: @escaping @Sendable (Key) async throws(StoreError) -> Value
    ) -> Self {
        Self(
            on: loop,
            .init(keysMax: 64, sizeMax: 500_000, joinedForMs: 1_000),
            freshMs: { _ in 1_000 },
            size: size,
            read: { key, _ throws(StoreError) in try await read(key) }
        )
    }
}

extension Reads where Key == OnlyKey {
    private static var ageMaxMs: UInt64 { 1_000 }

    package static func single(on loop: EventLoop, _ read: @escaping @Sendable () async -> Value)
        -> Self
    {
        Self(
            on: loop,
            .init(keysMax: 1, sizeMax: 1, readsMax: 1, joinedForMs: ageMaxMs),
            freshMs: { _ in ageMaxMs },
            size: { _ in 1 },
            read: { _, _ throws(StoreError) in await read() }
        )
    }
}
