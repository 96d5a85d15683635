import Values

@testable import Rooms

/// Settings and lanes in the model.
extension RoomModel {
    /// A changed idle limit counts anew for those inside, from now on.
    mutating func set(_ new: RoomSettings) {
        let hasChanged = new.idleSeconds != settings.idleSeconds
        settings = new
        guard hasChanged else { return }
        for (user, session) in inside where session.endMs > nowMs {
            let heardBy = session.heardByMs ?? nowMs
            let latest = session.heardByMs.map { $0 + settings.sessionSeconds * 1000 }
            let ends = lapse(latest ?? session.hardEndMs, from: max(nowMs, heardBy))
            inside[user]?.endMs = ends
        }
    }

    /// The operator's change; whoever stands in a lane that is gone stands in the line itself.
    mutating func set(_ lanes: RoomLanes?) {
        settings.lanes = lanes
        for index in line.indices { line[index].sequence = settled(line[index].sequence) }
        line.sort { $0.sequence < $1.sequence }
        admit()
    }

    func waiting(in lane: Int) -> Int {
        line.count { LineSequence.lane($0.sequence) == lane }
    }

    /// Where `user` belongs now.
    func lane(of user: String) -> Int {
        members[user].flatMap { settings.lanes?[$0] }.map { Int($0.number) } ?? 0
    }

    /// A place as it is now: in the line itself if its lane is gone.
    func settled(_ sequence: Int64) -> Int64 {
        let lane = Int64(LineSequence.lane(sequence))
        let isThere = lane == 0 || settings.lanes?.name(of: lane) != nil
        return isThere ? sequence : LineSequence.rest(sequence)
    }

    /// Where the next head stands in the line; nil: nobody waits.
    func nextHead() -> Int? {
        guard settings.lanes != nil else { return line.isEmpty ? nil : 0 }
        let heads = (0..<LineSequence.lanesMax).compactMap { lane in
            line.firstIndex { LineSequence.lane($0.sequence) == lane }
        }
        return heads.min {
            shares.turn(LineSequence.lane(line[$0].sequence), settings.lanes)
                < shares.turn(LineSequence.lane(line[$1].sequence), settings.lanes)
        }
    }

    /// How many leave the line before somebody with `rank` people ahead in `lane`: those, and from
    /// each other lane as many as its weight gives it meanwhile, or all there are.
    func before(rank: Int, in lane: Int) -> Int {
        guard let lanes = settings.lanes else { return rank }
        return (0..<LineSequence.lanesMax).reduce(rank) { sum, other in
            guard other != lane else { return sum }
            let share = (rank + 1) * Int(lanes.weight(of: other)) / Int(lanes.weight(of: lane))
            return sum + min(waiting(in: other), share)
        }
    }
}

/// Start-time fair queueing, as its paper has it.
struct RoomModelShares {
    private var now = 0.0
    private var ends = [Double](repeating: 0, count: LineSequence.lanesMax)

    struct Turn: Comparable {
        var start: Double
        var end: Double
        var lane: Int

        static func < (left: Turn, right: Turn) -> Bool {
            (left.start, left.end, left.lane) < (right.start, right.end, right.lane)
        }
    }

    func turn(_ lane: Int, _ lanes: RoomLanes?) -> Turn {
        let start = max(now, ends[lane])
        return Turn(start: start, end: start + 1 / Double(lanes?.weight(of: lane) ?? 1), lane: lane)
    }

    mutating func take(_ lane: Int, _ lanes: RoomLanes?) {
        guard lanes != nil else { return }
        let turn = turn(lane, lanes)
        now = turn.start
        ends[lane] = turn.end
    }
}
