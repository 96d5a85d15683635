import EventLoop
import Store

/// One value that many ask for, read by a loop at most once a second for all of them.
typealias SecondOld<Value: Sendable> = KeptReads<OnlyKey, Value>

/// The key of a value of which there is one.
enum OnlyKey: Hashable, Sendable { case only }

extension KeptReads where Key == OnlyKey {
    private static var ageMaxMs: UInt64 { 1_000 }

    static func single(on loop: EventLoop, _ read: @escaping @Sendable () async -> Value) -> Self {
        Self(
            on: loop,
            .init(keysMax: 1, sizeMax: 1, readsMax: 1, joinedForMs: ageMaxMs),
            freshMs: { _ in ageMaxMs },
            size: { _ in 1 },
            read: { _, _ throws(StoreError) in await read() }
        )
    }
}
