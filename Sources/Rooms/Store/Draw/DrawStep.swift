import Engines
import Ledger
import Redis
import Values

/// A room that draws, as Redis had it after a step (`redis/draw.lua`).
struct DrawLook: Sendable, Equatable {
    var generation: Int64
    var nowMs: Int64
    var isDrawing: Bool
    var openingMs: Int64
    /// The line that was lost with Redis is back from then on.
    var settledAtMs: Int64
    /// Who has a sequence up to this takes part; nil before the opening.
    var cut: Int64?
    /// The drawn order is in force.
    var isDrawn: Bool
    var waiting: Int64
    /// Of them those with a place up to the cut that was not drawn.
    var undrawn: Int64
    /// Moved by this step.
    var moved: Int64

    /// Nil: Redis does not know the room, or has it in another generation.
    init?(_ reply: ReplyReader) throws(StoreError) {
        guard try reply.integer(0) == 1 else { return nil }
        generation = try reply.integer(1)
        nowMs = try reply.integer(2)
        isDrawing = try reply.integer(3) == 1
        openingMs = try reply.integer(4)
        settledAtMs = try reply.integer(5)
        let cut = try reply.integer(6)
        self.cut = cut == 0 ? nil : cut
        isDrawn = try reply.integer(7) == 1
        waiting = try reply.integer(8)
        undrawn = try reply.integer(9)
        moved = try reply.integer(10)
    }
}

/// An entrant's move to the place that was drawn.
struct DrawMove: Sendable, Equatable {
    var entrant: Entrant
    var drawn: Int64
}

extension DrawKeeper {
    /// Entrants moved by one call of the script.
    static let moveSlice = 250

    func look(at room: RoomID) async throws(StoreError) -> DrawLook? {
        try await step(room, generation: 0)
    }

    /// Tells Redis of a cut that the ledger has.
    func bind(_ cut: Int64, of room: RoomID, in generation: Int64) async throws(StoreError) {
        _ = try await step(room, generation: generation, cut: cut)
    }

    /// The drawn order is in force: the room admits. Nil: Redis has lost the room meanwhile.
    func release(_ room: RoomID, in generation: Int64, cut: Int64) async throws(StoreError)
        -> DrawLook?
    {
        try await step(room, generation: generation, cut: cut, isDrawn: true)
    }

    /// False: Redis has lost the room meanwhile.
    func move(_ moves: [DrawMove], in room: RoomID, _ generation: Int64) async throws(StoreError)
        -> Bool
    {
        var rest = moves[...]
        while !rest.isEmpty {
            let slice = rest.prefix(Self.moveSlice)
            guard try await step(room, generation: generation, moves: slice) != nil else {
                return false
            }
            rest = rest.dropFirst(Self.moveSlice)
            FaultPoint.drawMoved.reach()
        }
        return true
    }

    private func step(
        _ room: RoomID,
        generation: Int64,
        cut: Int64 = 0,
        isDrawn: Bool = false,
        moves: ArraySlice<DrawMove> = []
    ) async throws(StoreError) -> DrawLook? {
        var arguments: [RedisArgument] = [.int(generation), .int(cut), .int(isDrawn ? 1 : 0)]
        arguments.reserveCapacity(3 + 3 * moves.count)
        for move in moves {
            arguments += [.string(move.entrant.user), .int(move.entrant.arrival), .int(move.drawn)]
        }
        let keys = RoomKeys(room).all
        return try DrawLook(await redis.reply(to: scripts[.draw], keys: keys, arguments))
    }

    /// Entrants in line who came after `after`, in order, a page at most. Nil: Redis has lost the
    /// room meanwhile.
    func entrants(_ room: RoomID, _ generation: Int64, after: Int64, upTo cut: Int64)
        async throws(StoreError) -> [Entrant]?
    {
        let reply = try await redis.reply(
            to: scripts[.entrants],
            keys: RoomKeys(room).all,
            [.int(generation), .int(after), .int(cut), .int(DrawPage.leavesMax)]
        )
        guard try reply.integer(0) == 1 else { return nil }
        var found: [Entrant] = []
        found.reserveCapacity(reply.count / 2)
        for index in stride(from: 1, to: reply.count - 1, by: 2) {
            found.append(
                Entrant(user: try reply.text(index), arrival: try reply.integer(index + 1))
            )
        }
        return found
    }
}
