import Engines

/// What `room_line` says.
struct LineReply {
    let head: RoomHead
    let poll: PollInterval
    let waiting: Int64
    /// 0: sessions have no idle limit.
    let idleMs: Int64
    let lastMove: Int64
    /// What follows is the line from its start.
    let isAnew: Bool
    let hasMore: Bool
    let moves: String
    private let reader: ReplyReader

    private static let width = RoomHead.width + 8

    /// Nil: Redis does not know the room.
    init?(_ reader: ReplyReader) throws(StoreError) {
        guard try reader.integer(0) == 1 else { return nil }
        self.reader = reader
        head = try reader.head()
        waiting = try reader.integer(RoomHead.width + 2)
        poll = PollInterval(
            departures: try reader.integer(RoomHead.width),
            spanMs: try reader.integer(RoomHead.width + 1),
            untilOpeningMs: head.openingMs - head.nowMs,
            waiting: waiting,
            isSoldOut: head.state == .soldOut
        )
        idleMs = try reader.integer(RoomHead.width + 3)
        lastMove = try reader.integer(RoomHead.width + 4)
        isAnew = try reader.integer(RoomHead.width + 5) == 1
        hasMore = try reader.integer(RoomHead.width + 6) == 1
        moves = try reader.text(RoomHead.width + 7)
    }

    var sequencesCount: Int { reader.count - Self.width }

    func sequence(_ index: Int) throws(StoreError) -> Int64 {
        try reader.integer(Self.width + index)
    }
}
