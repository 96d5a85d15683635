/// What a room says about who leaves its line, at one instant of its own clock.
struct RoomOutflow: Equatable, Sendable {
    var atMs: Int64
    var state: RoomState
    /// Nobody is admitted before: the opening, or the end of a recovery.
    var startMs: Int64
    /// Since the room was made, or Redis lost it.
    var admittedTotal: Int64 = 0
    /// Admitted and passed over in the last 60 s; the first of them was at `oldestMs`.
    var recent: Int64 = 0
    var passed: Int64 = 0
    var oldestMs: Int64 = 0
    var inside: Int64 = 0
    /// Nil: no limit, as of the rate.
    var capacity: Int64?
    var rate: Int64?
    var sessionMs: Int64 = 600_000
    /// Visitors that the stock is enough for, those inside included; nil: nothing is sold behind
    /// the room.
    var served: Int64?

    init(atMs: Int64, state: RoomState, startMs: Int64) {
        self.atMs = atMs
        self.state = state
        self.startMs = startMs
    }

    /// Reads what the scripts send (`outflow` of `redis/lib/room.lua`): whole numbers separated by
    /// spaces, -1 where there is none. Nil: not that.
    init?(_ text: [UInt8], atMs: Int64, state: RoomState, openingMs: Int64) {
        guard let numbers = Self.numbers(text) else { return nil }
        self.init(atMs: atMs, state: state, startMs: max(openingMs, numbers[9]))
        admittedTotal = numbers[0]
        recent = numbers[1]
        passed = numbers[2]
        oldestMs = numbers[3]
        inside = numbers[4]
        capacity = numbers[5] < 0 ? nil : numbers[5]
        rate = numbers[6] < 0 ? nil : numbers[6]
        sessionMs = numbers[7]
        served = numbers[8] < 0 ? nil : numbers[8]
    }

    private static func numbers(_ text: [UInt8]) -> [Int64]? {
        var numbers: [Int64] = []
        numbers.reserveCapacity(10)
        for word in text.split(separator: UInt8(ascii: " ")) {
            let isNone = word.elementsEqual("-1".utf8)
            // Redis counts up to 2^53.
            guard isNone || word.count <= 16,
                isNone || word.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 })
            else { return nil }
            numbers.append(isNone ? -1 : word.reduce(0) { $0 * 10 + Int64($1 & 15) })
        }
        return numbers.count == 10 ? numbers : nil
    }

    /// Most inside at once: by the capacity, or because the stock is enough for no more.
    var places: Int64? {
        guard let served else { return capacity }
        return min(served, capacity ?? served)
    }

    func hasSettings(of other: RoomOutflow) -> Bool {
        capacity == other.capacity && rate == other.rate && sessionMs == other.sessionMs
    }

    var isMoving: Bool { state == .open || state == .draining }
}
