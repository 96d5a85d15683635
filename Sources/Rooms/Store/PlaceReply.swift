import Engines
import Redis

/// What `room_enter`, `room_status` and `room_recall` say about one visitor.
struct PlaceReply: Sendable, Equatable {
    enum Code: Int, Sendable {
        /// Neither waiting nor inside: `room_recall` knows more.
        case unknown = -1
        case waiting = 1
        case admitted = 2
        case skipped = 3
        case done = 4
        case left = 5
        case expired = 6
        case closed = 11
        case soldOut = 12
        case full = 13
        /// The ledger has leased no more sequences.
        case unleased = 14
    }

    var code: Code
    var rank: Int64
    var sequence: Int64
    var hardEndMs: Int64
    var pollAfterMs: Int64
    var head: RoomHead

    /// The place was given in the call that says so. Only the script knows: after a loss of Redis
    /// everybody's sequence is ahead of the clock (`SequenceLease`).
    var isNewcomer = false
    /// Added to the code of whoever is one: `NEWCOMER` of room_enter.
    static let newcomer = 16

    /// How many leave the line before this visitor: those ahead, and their share from other lanes.
    var before: Int64 {
        head.shares?.turnsBefore(rank: rank, in: LineSequence.lane(sequence)) ?? rank
    }

    /// Nothing of this visit is for the asker, who is told as after its end.
    mutating func expire() {
        (code, rank, sequence, hardEndMs, pollAfterMs) = (.expired, -1, 0, 0, 0)
    }

    /// The lane of their place or session; nil where the room has none.
    var lane: LaneName? {
        head.shares?.lanes.name(of: Int64(LineSequence.lane(sequence)))
    }
}

/// What every reply of the room says first.
struct RoomHead: Sendable, Equatable {
    var generation: Int64
    var state: RoomState
    var show: RoomSettings.Show
    var nowMs: Int64
    /// 0: at once.
    var openingMs: Int64
    /// The order of the line is drawn at the opening.
    var isDraw: Bool
    /// Nil: the room has no lanes.
    var shares: LaneShares?

    static let states: [RoomState] = [.open, .paused, .draining, .closed, .soldOut]
    static let shows: [RoomSettings.Show] = [.exact, .band, .hidden]
    /// Status, generation, state, show, now, outflow, opening, lanes.
    static let width = 8
    static let outflowIndex = 5
    static let widthPerVisitor = 5
}

extension ReplyReader {
    func head() throws(StoreError) -> RoomHead {
        let state = try Int(integer(2)) - 1
        let code = try Int(integer(3)) - 1
        let (isDraw, show) = (code >= 4, code % 4)
        guard RoomHead.states.indices.contains(state), RoomHead.shows.indices.contains(show) else {
            throw .broken("a room of state \(state + 1), show \(show + 1)")
        }
        return RoomHead(
            generation: try integer(1),
            state: RoomHead.states[state],
            show: RoomHead.shows[show],
            nowMs: try integer(4),
            openingMs: try integer(6),
            isDraw: isDraw,
            shares: try shares(7)
        )
    }

    private func shares(_ index: Int) throws(StoreError) -> LaneShares? {
        let text = try text(index)
        guard !text.isEmpty else { return nil }
        guard let shares = LaneShares(text: text) else { throw .broken("lanes of a room: \(text)") }
        return shares
    }

    /// The visitors of a reply, in the order they were asked for; nil: Redis does not know the
    /// room.
    func places() throws(StoreError) -> [PlaceReply]? {
        guard try integer(0) == 1 else { return nil }
        let head = try head()
        var places: [PlaceReply] = []
        places.reserveCapacity((count - RoomHead.width) / RoomHead.widthPerVisitor)
        var index = RoomHead.width
        while index < count {
            let told = try Int(integer(index))
            let isNewcomer = told >= PlaceReply.newcomer
            let raw = isNewcomer ? told - PlaceReply.newcomer : told
            guard let code = PlaceReply.Code(rawValue: raw) else {
                throw .broken("a visitor's code is \(told)")
            }
            places.append(
                PlaceReply(
                    code: code,
                    rank: try integer(index + 1),
                    sequence: try integer(index + 2),
                    hardEndMs: try integer(index + 3),
                    pollAfterMs: try integer(index + 4),
                    head: head,
                    isNewcomer: isNewcomer
                )
            )
            index += RoomHead.widthPerVisitor
        }
        return places
    }

    /// The visitors of `room_status`'s short reply, one value each. `sequences` are their tickets'.
    func shortPlaces(_ sequences: [Int64]) throws(StoreError) -> [PlaceReply]? {
        guard try integer(0) == 1 else { return nil }
        guard count == RoomHead.width + sequences.count else {
            throw .broken("\(count) values for \(sequences.count) visitors")
        }
        let head = try head()
        var places: [PlaceReply] = []
        places.reserveCapacity(sequences.count)
        for (index, sequence) in sequences.enumerated() {
            places.append(try shortPlace(RoomHead.width + index, sequence, head))
        }
        return places
    }

    private func shortPlace(_ index: Int, _ sequence: Int64, _ head: RoomHead)
        throws(StoreError) -> PlaceReply
    {
        var place = PlaceReply(
            code: .unknown,
            rank: -1,
            sequence: sequence,
            hardEndMs: 0,
            pollAfterMs: 0,
            head: head
        )
        if case .integer(let value) = values[index] {
            guard value >= 0 else { return place }
            place.code = value >> 16 & 1 == 1 ? .skipped : .waiting
            place.rank = value >> 17
            place.pollAfterMs = value & 0xFFFF
            return place
        }
        guard let session = RoomSession(record: try text(index)) else {
            throw .broken("an unknown record of a visitor")
        }
        place.code = .admitted
        place.sequence = session.sequence
        place.hardEndMs = session.hardEndMs
        return place
    }
}
