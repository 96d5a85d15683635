/// Keys by the instant at which each is due: what is due next is found without a look at the rest.
public struct Deadlines<Key: Hashable> {
    private struct Entry {
        let dueMs: Int64
        let key: Key
    }

    /// A binary heap. An entry counts while `due` says the same; others are passed over.
    private var heap: [Entry] = []
    private var due: [Key: Int64] = [:]

    /// Entries that count no more are cleared out when they outnumber the others by this.
    private static var staleMax: Int { 64 }

    public init() {}

    var count: Int { due.count }

    public var keys: Dictionary<Key, Int64>.Keys { due.keys }

    public func contains(_ key: Key) -> Bool { due[key] != nil }

    /// `key` is due at `dueMs` and at no other time.
    public mutating func set(_ key: Key, dueMs: Int64) {
        guard due[key] != dueMs else { return }
        due[key] = dueMs
        if heap.count >= 2 * due.count + Self.staleMax { rebuild() } else { push(dueMs, key) }
    }

    /// `key` is due no more.
    public mutating func remove(_ key: Key) { due[key] = nil }

    /// The key that is due first, taken out, if that is at `nowMs` or before.
    public mutating func takeFirst(atMs nowMs: Int64) -> Key? {
        while let first = heap.first, first.dueMs <= nowMs {
            pop()
            guard due[first.key] == first.dueMs else { continue }
            due[first.key] = nil
            return first.key
        }
        return nil
    }

    private mutating func rebuild() {
        heap = due.map { Entry(dueMs: $0.value, key: $0.key) }.sorted { $0.dueMs < $1.dueMs }
    }

    private mutating func push(_ dueMs: Int64, _ key: Key) {
        heap.append(Entry(dueMs: dueMs, key: key))
        var child = heap.count - 1
        while child > 0, heap[child].dueMs < heap[(child - 1) / 2].dueMs {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func pop() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[child].dueMs < heap[least].dueMs { least = child }
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
