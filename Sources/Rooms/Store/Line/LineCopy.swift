import Engines
import Redis

/// A loop's copy of a room's line: everybody who waits, by sequence. With what moved since the last
/// look it says where anybody stands, exactly as Redis would.
struct LineCopy {
    private(set) var generation: Int64 = -1
    private(set) var lastMove: Int64 = -1
    private var lanes = Self.emptyLanes
    /// What the last look said; nil before the first.
    private(set) var head: RoomHead?
    private var poll = PollInterval(departures: 0, spanMs: 1, untilOpeningMs: 0, waiting: 0)
    private(set) var idleMs: Int64 = 0
    /// False: there is more to read, and places near the end or all of them are not known.
    private(set) var isWhole = false
    /// Whether all moves up to the last look are known.
    private var isCurrent = false
    /// Redis's time when this copy was begun: notes count from it.
    private var beganMs: Int64 = 0
    var sessions = HeldSessions()
    /// Who left from the middle and who came back since somebody asked for it.
    private var change: (quits: Int64, returned: [Int64]) = (0, [])
    /// Of those who came back the last so many are remembered.
    private static let returnedMax = 256

    private static var emptyLanes: [SortedLine] {
        (0..<LineSequence.lanesMax).map { SortedLine(above: Int64($0) * LineSequence.laneSpan - 1) }
    }

    /// Waiting visitors that this copy knows.
    var count: Int { lanes.reduce(0) { $0 + $1.count } }

    /// What a look has to be told of this copy.
    var question: [RedisArgument] {
        [.int(generation), .int(lastMove)] + lanes.map { .int($0.highest) }
    }

    /// Forgets everything: the next look begins anew.
    mutating func reset() {
        generation = -1
        isWhole = false
        isCurrent = false
    }

    /// Learns what a look told. False: what it has does not add up, and is forgotten.
    mutating func learn(_ reply: LineReply) throws(StoreError) -> Bool {
        if reply.isAnew {
            lanes = Self.emptyLanes
            sessions.forgetAll()
            beganMs = reply.head.nowMs
        }
        generation = reply.head.generation
        head = reply.head
        // Held sessions are asked about again as often as the idle limit of then said.
        if reply.idleMs != idleMs { sessions.forgetAll() }
        idleMs = reply.idleMs
        poll = reply.poll
        try move(reply.moves)
        lastMove = reply.lastMove
        for index in 0..<reply.sequencesCount {
            let sequence = try reply.sequence(index)
            lanes[LineSequence.lane(sequence)].append(sequence)
        }
        isWhole = !reply.hasMore
        isCurrent = !reply.hasMore || reply.sequencesCount > 0
        // More is read in an order that tells moves first.
        guard isWhole, count != Int(reply.waiting) else { return true }
        reset()
        return false
    }

    private mutating func move(_ moves: String) throws(StoreError) {
        for move in moves.utf8.split(separator: UInt8(ascii: " ")) {
            guard let kind = move.first, let sequence = Int64(Substring(move.dropFirst())),
                0..<Int64(LineSequence.lanesMax) * LineSequence.laneSpan ~= sequence
            else { throw .broken("a move of a line: \(Substring(move))") }
            let lane = LineSequence.lane(sequence)
            switch kind {
            case UInt8(ascii: "h"): lanes[lane].removeAll(through: sequence)
            case UInt8(ascii: "-"):
                lanes[lane].remove(sequence)
                change.quits += 1
            case UInt8(ascii: "o"): sessions.end(sequence)
            case UInt8(ascii: "+"), UInt8(ascii: "r"):
                if change.returned.count < Self.returnedMax { change.returned.append(sequence) }
                // Somebody further back is read with the rest.
                if sequence <= lanes[lane].highest { lanes[lane].insert(sequence, note: 0) }
            default: throw .broken("a move of a line: \(Substring(move))")
            }
        }
    }

    /// What changed since this was last asked.
    mutating func takeChange() -> (quits: Int64, returned: [Int64]) {
        defer { change = (0, []) }
        return change
    }

    /// The first of each lane, `.max` where nobody stands; nil: not known.
    var heads: [Int64]? { isCurrent ? lanes.map { $0.first ?? .max } : nil }

    // MARK: Notes: when a waiting visitor will be absent, and whether they were skipped before

    /// A note: 0, unknown; else steps since the copy began, doubled, and 1 for who was skipped and
    /// is back. 31 bits of 16 ms are a year.
    private static let noteStepMs: Int64 = 16
    /// A visitor is absent after two polls and this: `SLACK` of `redis/lib/room.lua`.
    static let slackMs: Int64 = 5_000

    /// When to ask again, if this visitor stands in line and has to be written down as seen.
    mutating func duePollMs(_ sequence: Int64) -> Int64? {
        guard isCurrent, let head, let place = place(sequence) else { return nil }
        let pollMs = poll.afterMs(rank: before(place.rank, sequence))
        let absentMs = beganMs + Int64(place.note >> 1) * Self.noteStepMs
        let isOld = head.nowMs + 9 * pollMs / 4 + Self.slackMs >= absentMs
        return place.note == 0 || isOld ? pollMs : nil
    }

    /// What `room_seen` answered about a visitor.
    mutating func noteSeen(_ sequence: Int64, _ told: Int64) {
        guard let place = place(sequence) else { return }
        let steps = max(1, (told / 2 - beganMs) / Self.noteStepMs)
        let note = told == 0 ? 0 : UInt32(truncatingIfNeeded: steps) << 1 | UInt32(told & 1)
        lanes[LineSequence.lane(sequence)].note(note, at: place)
    }

    private mutating func place(_ sequence: Int64) -> SortedLine.Place? {
        let lane = LineSequence.lane(sequence)
        guard lanes.indices.contains(lane) else { return nil }
        return lanes[lane].place(of: sequence)
    }

    /// What Redis has said about one visitor who was asked about by name.
    mutating func note(_ place: PlaceReply, askedIn epoch: Int) {
        guard place.code == .admitted, place.head.generation == generation else { return }
        sessions.confirm(
            place.sequence,
            hardEndMs: place.hardEndMs,
            idleMs: idleMs,
            atMs: place.head.nowMs,
            askedIn: epoch
        )
    }

    // MARK: Answers

    /// How many leave the line before whoever has `rank` people ahead in their lane.
    private func before(_ rank: Int, _ sequence: Int64) -> Int64 {
        let rank = Int64(rank)
        return head?.shares?.turnsBefore(rank: rank, in: LineSequence.lane(sequence)) ?? rank
    }

    /// Where the bearer of a ticket stands; nil: ask Redis.
    mutating func answer(_ sequence: Int64) -> PlaceReply? {
        guard isCurrent, let head else { return nil }
        if let place = place(sequence), place.note != 0 {
            let rank = Int64(place.rank)
            return PlaceReply(
                code: place.note & 1 == 1 ? .skipped : .waiting,
                rank: rank,
                sequence: sequence,
                hardEndMs: 0,
                pollAfterMs: poll.afterMs(rank: before(place.rank, sequence)),
                head: head
            )
        }
        guard let hardEndMs = sessions.hardEndMs(sequence, atMs: head.nowMs) else { return nil }
        return PlaceReply(
            code: .admitted,
            rank: -1,
            sequence: sequence,
            hardEndMs: hardEndMs,
            pollAfterMs: 0,
            head: head
        )
    }
}
