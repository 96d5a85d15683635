import Engines
import EventLoop
import Synchronization

/// Lists that many ask for, kept by one loop for a moment: each is read once for all who ask, and
/// each length of it is written once.
///
/// Nobody is shown what is older than its age allows: a list counts as old as the read of it was
/// when it began, and whoever comes later than that waits for the next read.
package struct DocumentCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    package typealias Write = @Sendable (_ value: Value, _ limit: Int) -> [UInt8]
    private let lists: Reads<Key, List>

    /// What was read, with its documents.
    private final class List: Sendable {
        let value: Value
        private let write: Write
        /// By the number of entries asked for.
        private let documents = Mutex(Bounded<Int, Document>(DocumentLimits.lengthsMax))

        init(_ value: Value, _ write: @escaping Write) {
            self.value = value
            self.write = write
        }

        func document(_ limit: Int) -> Document {
            documents.withLock { documents in
                documents.value(limit) { Document(write(value, limit)) }
            }
        }
    }

    /// `write` writes the first `limit` entries of a value. `ageMaxMs` says how long one is shown,
    /// where that is longer than usual: it was dear to read.
    package init(
        on loop: EventLoop,
        ageMaxMs: @escaping @Sendable (Value) -> UInt64 = { _ in DocumentLimits.ageMaxMs },
        read: @escaping @Sendable (Key) async throws(StoreError) -> Value,
        write: @escaping Write
    ) {
        lists = Reads(
            on: loop,
            .init(
                keysMax: DocumentLimits.keysMax,
                sizeMax: DocumentLimits.keysMax,
                joinedForMs: DocumentLimits.ageMaxMs
            ),
            freshMs: { ageMaxMs($0.value) },
            size: { _ in 1 }
        ) { key, _ throws(StoreError) in
            List(try await read(key), write)
        }
    }

    /// The first `limit` entries as they are sent. For callers on the loop.
    package func document(_ key: Key, limit: Int) async throws(StoreError) -> Document {
        try await list(key).document(limit)
    }

    /// The list itself. For callers on the loop.
    package func value(_ key: Key) async throws(StoreError) -> Value { try await list(key).value }

    private func list(_ key: Key) async throws(StoreError) -> List {
        // Nearly always it is there: that is no hop.
        if let list = lists.keptValue(key) { return list }
        return try await lists.value(key)
    }
}

package enum DocumentLimits {
    /// How old a list may be when it is sent.
    package static let ageMaxMs: UInt64 = 100
    /// Of one that the ledger has added up: that reads everything that was sold in its days.
    package static let ageOfSumsMaxMs: UInt64 = 1_000
    /// Lists kept by one loop; then the one goes that was used the longest ago.
    static let keysMax = 64
    /// Lengths kept of each: with 100 entries of 200 B, 64 x 8 x 20 KB is 10 MB.
    static let lengthsMax = 8
}
