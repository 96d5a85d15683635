import Onsale
import Redis

/// Events of one board on their way to `board_apply`: lists and slots are named once, events by
/// number.
struct ScoreBatch {
    /// Where an event counts: which of `periods` are its day, week and month, from 1, 0 none, and
    /// its ten minutes.
    private struct Slot: Hashable {
        var lists: [Int]
        var bucket: Int64
    }

    /// Of the rolling list: ten minutes.
    static let bucketMs: Int64 = 600_000
    /// 24 hours of them.
    static let buckets: Int64 = 144

    private(set) var periods: [Period] = []
    private var slots: [Slot] = []
    private var slotNumbers: [Slot: Int] = [:]
    private var events: [RedisArgument] = []

    init(capacity: Int) { events.reserveCapacity(6 * capacity) }

    mutating func append(_ event: ScoreEvent, in found: [Period]) {
        let slot = slot(of: event, in: found)
        let (name, units) =
            switch event.change {
            case .add(let units): ("add", units)
            case .set(let units): ("set", units)
            }
        events.append(.int(event.number))
        events.append(.string(event.member))
        events.append(.string(name))
        events.append(.int(units))
        events.append(.int(event.atMs))
        events.append(.int(slot))
    }

    private mutating func slot(of event: ScoreEvent, in found: [Period]) -> Int {
        var slot = Slot(lists: [0, 0, 0], bucket: event.countsAtMs / Self.bucketMs)
        for period in found {
            let place = period.window == .daily ? 0 : period.window == .weekly ? 1 : 2
            slot.lists[place] = number(of: period)
        }
        if let last = slots.last, last == slot { return slots.count }
        if let known = slotNumbers[slot] { return known }
        slots.append(slot)
        slotNumbers[slot] = slots.count
        return slots.count
    }

    private mutating func number(of period: Period) -> Int {
        // A few at most, the last used most often.
        if let index = periods.lastIndex(of: period) { return index + 1 }
        periods.append(period)
        return periods.count
    }

    /// What the scripts take after the settings.
    func arguments(_ limits: BoardLimits) -> [RedisArgument] {
        var arguments: [RedisArgument] = [.int(slots.count)]
        arguments.reserveCapacity(1 + 2 * periods.count + 4 * slots.count + events.count)
        for period in periods {
            arguments += [.int(period.startMs), .int(limits.endOfLifeMs(period))]
        }
        for slot in slots {
            for list in slot.lists { arguments.append(.int(list)) }
            arguments.append(.int(slot.bucket))
        }
        arguments += events
        return arguments
    }
}
