/// What a process has read of one room's journal and does not know to be in the ledger.
struct RoomLog: Sendable {
    /// Entries read and not written: as many as the journal keeps. Beyond it they wait in Redis:
    /// 20,000 x ~200 B are 4 MB.
    static let pendingMax = 20_000
    /// Entries read in one call.
    private static let readMax = 1_000

    /// The last entry read; nil: the ledger has not said yet where to go on.
    var readUpTo: JournalPlace?
    /// Entries were trimmed before they were read: who is inside has to be read as a whole.
    var hasGap = false
    private(set) var pending: [JournalEntry] = []
    /// When the entries of `pending` were read, as runs: how many, and the loop's monotonic time.
    private var readings: [(count: Int, atNs: UInt64)] = []

    var space: Int { min(Self.readMax, Self.pendingMax - pending.count) }

    /// False when entries are missing before this one.
    mutating func append(_ entry: JournalEntry, atNs: UInt64) -> Bool {
        guard let place = readUpTo, entry.place.entry == place.entry + 1 else {
            readUpTo = nil
            hasGap = true
            return false
        }
        readUpTo = entry.place
        pending.append(entry)
        if let last = readings.last, atNs - last.atNs < 10_000_000 {
            readings[readings.count - 1].count += 1
        } else {
            readings.append((1, atNs))
        }
        return true
    }

    /// The first `count` are in the ledger.
    mutating func drop(_ count: Int) {
        pending.removeFirst(count)
        var rest = count
        while rest > 0, let first = readings.first {
            let taken = min(rest, first.count)
            rest -= taken
            if taken == first.count {
                readings.removeFirst()
            } else {
                readings[0].count -= taken
            }
        }
    }

    /// How old the oldest entry is that waits.
    func lagMs(atNs nowNs: UInt64) -> Int64 {
        readings.first.map { Int64((nowNs - $0.atNs) / 1_000_000) } ?? 0
    }
}
