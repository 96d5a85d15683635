/// The lanes of a line at one instant, with how many wait in each: how the outflow is shared.
struct LaneShares: Equatable, Sendable {
    let lanes: RoomLanes
    /// By the lane's number; the line itself first.
    let waiting: [Int64]

    init(lanes: RoomLanes, waiting: [Int64]) {
        self.lanes = lanes
        self.waiting = waiting
    }

    /// How many leave the line before somebody who has `rank` people ahead in their lane: those,
    /// and of each other lane as many as its weight gives it meanwhile, or all there are; as if
    /// nobody else came. `turns_before` of `redis/lib/lanes.lua` says the same.
    func turnsBefore(rank: Int64, in lane: Int) -> Int64 {
        let own = lanes.weight(of: lane)
        var before = rank
        for other in waiting.indices where other != lane {
            before += min(waiting[other], (rank + 1) * lanes.weight(of: other) / own)
        }
        return before
    }

    /// Reads `RoomLanes.text` with the number of those who wait behind each name:
    /// `1 0 main 120|3 1 vip 4`. Nil: not that.
    init?(text: String) {
        var waiting = [Int64](repeating: 0, count: RoomLanes.namedMax + 1)
        var parts: [Substring] = []
        for part in text.split(separator: "|") {
            let words = part.split(separator: " ")
            guard words.count == 4, let lane = Int(words[1]), waiting.indices.contains(lane),
                let count = Int64(words[3])
            else { return nil }
            waiting[lane] = count
            parts.append(part.dropLast(words[3].count + 1))
        }
        guard let lanes = RoomLanes(text: parts.joined(separator: "|")) else { return nil }
        self.init(lanes: lanes, waiting: waiting)
    }
}
