/// Who wakes when: one heap for all visitors, 16 B an entry, each visitor at most once in force.
struct Agenda: Sendable {
    private struct Entry: Sendable {
        var dueMs: Int64
        var visitor: Int32
        var serial: UInt32
    }

    private var heap: [Entry] = []
    /// The entry in force per visitor; older ones are dropped when they come up.
    private var serials: [UInt32]

    init(visitors: Int) { serials = Array(repeating: 0, count: visitors) }

    /// Wakes `visitor` at `dueMs` and no longer at the time set before.
    mutating func set(_ visitor: Int, atMs dueMs: Int64) {
        serials[visitor] &+= 1
        heap.append(Entry(dueMs: dueMs, visitor: Int32(visitor), serial: serials[visitor]))
        var child = heap.count - 1
        while child > 0, heap[child].dueMs < heap[(child - 1) / 2].dueMs {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// Whatever was set for `visitor` is off.
    mutating func cancel(_ visitor: Int) { serials[visitor] &+= 1 }

    /// The next visitor who is due at `nowMs`, nil if nobody is.
    mutating func next(nowMs: Int64) -> Int? {
        while let first = heap.first, first.dueMs <= nowMs {
            removeFirst()
            guard serials[Int(first.visitor)] == first.serial else { continue }
            return Int(first.visitor)
        }
        return nil
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            let child = 2 * parent + 1
            if child < heap.count, heap[child].dueMs < heap[least].dueMs { least = child }
            if child + 1 < heap.count, heap[child + 1].dueMs < heap[least].dueMs {
                least = child + 1
            }
            guard least != parent else { return }
            heap.swapAt(least, parent)
            parent = least
        }
    }
}
