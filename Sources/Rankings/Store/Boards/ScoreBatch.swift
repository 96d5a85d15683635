import Redis

/// Events of one board on their way to `board_apply`: lists and slots are named once, events by
/// number.
///
/// What adds to a member again and again, as the sale of a few products does, leaves as one sum.
/// It must be as if they were applied one by one, so a sum has changes of one member that come
/// after each other, each more than nothing, in the order of time and of one slot. The script looks
/// at the rest.
struct ScoreBatch {
    /// Where an event counts, and from when to when others count there too.
    private struct Slot {
        /// Which of `periods` are its day, week and month, from 1, 0 none.
        var lists: [Int]
        var bucket: Int64
        var fromMs: Int64
        var toMs: Int64

        func contains(_ ms: Int64) -> Bool { fromMs <= ms && ms < toMs }
    }

    private struct Entry {
        /// Of the last change.
        var number: Int64
        let member: String
        let kind: String
        var units: Int64
        var atMs: Int64
        let slot: Int
        var isSum = false
    }

    /// Of the rolling list: ten minutes.
    static let bucketMs: Int64 = 600_000
    /// 24 hours of them.
    static let buckets: Int64 = 144

    private(set) var periods: [Period] = []
    private var slots: [Slot] = []
    private var entries: [Entry] = []
    /// The last entry of each member.
    private var last: [String: Int] = [:]
    private var firstNumber: Int64 = 0
    private var hasSums = false
    private let limit: Int
    private let isFolding: Bool

    /// `limit`: of entries.
    init(limit: Int, isFolding: Bool) {
        self.limit = limit
        self.isFolding = isFolding
        entries.reserveCapacity(limit)
        if isFolding { last.reserveCapacity(limit) }
    }

    /// False: it is full. `find` names the days, weeks and months that count an instant.
    mutating func append(_ event: ScoreEvent, _ find: (Int64) -> [Period]) -> Bool {
        let (kind, units) =
            switch event.change {
            case .add(let units): ("add", units)
            case .set(let units): ("set", units)
            }
        guard entries.count < limit || last[event.member] != nil else { return false }
        let slot = slot(event.countsAtMs, find)
        let mayFold = isFolding && units > 0 && kind == "add"
        if mayFold, let index = last[event.member], fold(event, units, slot, into: index) {
            return true
        }
        guard entries.count < limit else { return false }
        if entries.isEmpty { firstNumber = event.number }
        if isFolding { last[event.member] = mayFold ? entries.count : nil }
        entries.append(
            Entry(
                number: event.number,
                member: event.member,
                kind: kind,
                units: units,
                atMs: event.atMs,
                slot: slot
            )
        )
        return true
    }

    private mutating func fold(_ event: ScoreEvent, _ units: Int64, _ slot: Int, into index: Int)
        -> Bool
    {
        let old = entries[index]
        // The rolling list forgets a member with the ten minutes of its last change.
        guard old.slot == slot, old.atMs <= event.atMs,
            old.atMs / Self.bucketMs == event.atMs / Self.bucketMs
        else { return false }
        entries[index].units += units
        entries[index].number = event.number
        entries[index].atMs = event.atMs
        entries[index].isSum = true
        hasSums = true
        return true
    }

    // MARK: Slots

    /// From 1.
    private mutating func slot(_ ms: Int64, _ find: (Int64) -> [Period]) -> Int {
        // The last is used most often.
        if let index = slots.lastIndex(where: { $0.contains(ms) }) { return index + 1 }
        let bucket = ms / Self.bucketMs
        var slot = Slot(
            lists: [0, 0, 0],
            bucket: bucket,
            fromMs: bucket * Self.bucketMs,
            toMs: (bucket + 1) * Self.bucketMs
        )
        for period in find(ms) {
            let place = period.window == .daily ? 0 : period.window == .weekly ? 1 : 2
            slot.lists[place] = number(of: period)
            slot.fromMs = max(slot.fromMs, period.startMs)
            slot.toMs = min(slot.toMs, period.endMs)
        }
        slots.append(slot)
        return slots.count
    }

    private mutating func number(of period: Period) -> Int {
        if let index = periods.lastIndex(of: period) { return index + 1 }
        periods.append(period)
        return periods.count
    }

    // MARK: Sending

    /// What the scripts take after the settings.
    func arguments(_ limits: BoardLimits) -> [RedisArgument] {
        var arguments: [RedisArgument] = [.int(slots.count), .int(hasSums ? firstNumber : 0)]
        arguments.reserveCapacity(
            2 + 2 * periods.count + 4 * slots.count + 6 * entries.count
        )
        for period in periods {
            arguments += [.int(period.startMs), .int(limits.endOfLifeMs(period))]
        }
        for slot in slots {
            for list in slot.lists { arguments.append(.int(list)) }
            arguments.append(.int(slot.bucket))
        }
        for entry in entries {
            arguments.append(.int(entry.number))
            arguments.append(.string(entry.member))
            arguments.append(.string(entry.isSum ? "sum" : entry.kind))
            arguments.append(.int(entry.units))
            arguments.append(.int(entry.atMs))
            arguments.append(.int(entry.slot))
        }
        return arguments
    }
}
