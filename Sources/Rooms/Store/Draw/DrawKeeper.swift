import Crypto
import Engines
import EventLoop
import Ledger
import Redis
import Values

/// Draws the lines of rooms at their openings. One a process, on its first loop; several may do
/// the same draw at once, and any may go on where another has died.
///
/// In this order: who takes part is recorded; the list of leaves is written, page by page, and
/// completed by its root, which is public from then on; only then do places follow from the seed;
/// entrants move to them; the seed is revealed, and the room admits. Nobody is admitted between the
/// opening and the end of it, and what is lost on the way is done again from the last step that is
/// in the ledger.
actor DrawKeeper: OnLoop {
    nonisolated let loop: EventLoop
    let redis: RedisConnection
    let scripts: RoomScripts
    private let registry: RoomRegistry
    /// What is known of draws: for all loops of the process.
    nonisolated let book: DrawBook
    private let key: [UInt8]
    /// Rooms in which somebody may wait; nil: any.
    private let inUse: (@Sendable () -> [RoomID])?
    private var due = Deadlines<RoomID>()
    private var busy: Set<RoomID> = []
    /// As of the last discovery.
    private var drawing: Set<RoomID> = []
    /// Of these the ledger has the whole draw and Redis its end.
    private var finished: Set<RoomID> = []
    private var timer: LoopTimer?
    private var discoverAtMs: Int64 = 0

    /// How often it looks whether a room is due.
    private static let roundEveryMs = 20
    /// How often a room is looked at where nothing is expected.
    private static let idleMs: Int64 = 1_000
    /// How often rooms that draw are looked for among those in use: a draw begins no later after
    /// the opening of a room that was quiet until then.
    private static let discoverEveryMs: Int64 = 200
    /// A room that nobody uses is looked at until this long after its opening: a draw of nobody is
    /// done then, and the first who comes is late. Later its first visitor makes it a used one.
    private static let openedLatelyMs: Int64 = 600_000
    /// After another process was faster, or an engine failed.
    private static let restMs: Int64 = 100

    private var ledger: RoomLedger { registry.ledger }

    init(
        redis: RedisConnection,
        registry: RoomRegistry,
        credentials: TicketCredentials,
        scripts: RoomScripts = RoomScripts(),
        inUse: (@Sendable () -> [RoomID])? = nil,
        on loop: EventLoop
    ) {
        self.loop = loop
        self.redis = redis
        self.registry = registry
        book = DrawBook(ledger: registry.ledger, credentials: credentials, on: loop)
        self.scripts = scripts
        self.inUse = inUse
        key = credentials.ticketKey
    }

    func start() {
        timer = LoopTimer(on: loop, afterMs: 0, repeatMs: Self.roundEveryMs) { [unowned self] in
            self.assumeIsolated { $0.round() }
        }
    }

    func stop() {
        timer?.cancel()
        timer = nil
    }

    private func round() {
        guard redis.assumeIsolated({ $0.isAvailable }) else { return }
        let nowMs = Int64(loop.clock.monotonicNs() / 1_000_000)
        if nowMs >= discoverAtMs {
            discoverAtMs = nowMs + Self.discoverEveryMs
            drawing = roomsToDraw()
            finished.formIntersection(drawing)
            for room in drawing where !due.contains(room) && !busy.contains(room) {
                due.set(room, dueMs: nowMs)
            }
        }
        while let room = due.takeFirst(atMs: nowMs) {
            guard drawing.contains(room) else { continue }
            busy.insert(room)
            Task(executorPreference: loop) { await self.stepAndPlan(room) }
        }
    }

    /// Rooms that draw and in which somebody may wait, or which have just opened.
    private func roomsToDraw() -> Set<RoomID> {
        let openings = registry.drawing, nowMs = loop.clock.wallMs()
        guard let used = inUse.map({ Set($0()) }) else { return Set(openings.keys) }
        return Set(
            openings.lazy.filter { room, openingMs in
                let isOpenedLately = openingMs <= nowMs && nowMs - openingMs < Self.openedLatelyMs
                return isOpenedLately || used.contains(room)
            }.map(\.key)
        )
    }

    private func stepAndPlan(_ room: RoomID) async {
        // After a failure the room is due again soon.
        let nextMs = await Background.draw.attempt(about: ("room", room.raw)) {
            try await step(room)
        }
        let delayMs = nextMs ?? Self.restMs
        busy.remove(room)
        due.set(room, dueMs: Int64(loop.clock.monotonicNs() / 1_000_000) + delayMs)
    }

    /// Takes the next steps of a room's draw. Answers in how many ms the next look is due.
    func step(_ room: RoomID) async throws(StoreError) -> Int64 {
        guard let look = try await look(at: room), look.isDrawing, look.openingMs > 0 else {
            return Self.idleMs
        }
        if look.nowMs < look.openingMs { return min(Self.idleMs, look.openingMs - look.nowMs) }
        if look.isDrawn, look.undrawn == 0, finished.contains(room) { return Self.idleMs }
        // A line that was lost comes back first.
        if look.nowMs < look.settledAtMs {
            return min(Self.idleMs, look.settledAtMs - look.nowMs)
        }
        guard let seen = look.cut, let draw = try await recorded(room, seen, look) else {
            return Self.restMs
        }
        let cut = draw.cut ?? seen
        if cut != seen { try await bind(cut, of: room, in: look.generation) }
        if draw.root == nil {
            guard try await list(draw, cut, look.generation) else { return Self.restMs }
        }
        guard let line = try await book.line(of: room) else { return Self.restMs }
        guard try await place(line, cut, look.generation) else { return Self.restMs }
        if !look.isDrawn || line.draw.drawnAtMs == nil {
            try await ledger.finishDraw(of: room, atMs: look.nowMs)
            FaultPoint.drawDone.reach()
            let isReleased = try await release(room, in: look.generation, cut: cut) != nil
            guard isReleased else { return Self.restMs }
        }
        finished.insert(room)
        return Self.idleMs
    }

    /// The draw with who takes part in it.
    private func recorded(_ room: RoomID, _ cut: Int64, _ look: DrawLook)
        async throws(StoreError) -> LineDraw?
    {
        guard var draw = try await ledger.draw(of: room) else {
            // A ledger that was filled by hand.
            try await ledger.commitSeed(SecureRandom.bytes(SeededDraw.seedByteCount), of: room)
            return nil
        }
        let isBegun = draw.pages > 0 || draw.root != nil
        let isOfThisOpening = draw.cut != nil && draw.openingMs == look.openingMs
        if !isBegun, !isOfThisOpening {
            try await ledger.record(cut: cut, ofOpening: look.openingMs, of: room)
            FaultPoint.drawCut.reach()
            guard let row = try await ledger.draw(of: room) else { return nil }
            draw = row
        }
        return draw
    }

    /// Writes the rest of the list of entrants. False: another process is at it, or Redis has lost
    /// the room meanwhile.
    private func list(_ draw: LineDraw, _ cut: Int64, _ generation: Int64)
        async throws(StoreError) -> Bool
    {
        let (room, key) = (draw.room, key)
        var number = draw.pages
        var last = try await ledger.drawPages(of: room, from: number - 1, atMost: 1).first
        while last?.isLast != true {
            let after = last?.arrivals.last ?? 0
            let found = try await entrants(room, generation, after: after, upTo: cut)
            guard let found else { return false }
            guard !found.isEmpty else { break }
            let page = await BesideLoops.run { [number] in
                DrawSeal(key: key).page(number, of: found, in: room)
            }
            guard try await ledger.append(page, of: room) else { return false }
            FaultPoint.drawPage.reach()
            number += 1
            last = page
        }
        let hashes = try await ledger.drawHashes(of: room)
        guard hashes.count == number else { return false }
        let root = await BesideLoops.run { SeededDraw().tree.root(hashes) }
        let isSealed = try await ledger.seal(root, over: number, of: room)
        FaultPoint.drawSealed.reach()
        return isSealed
    }

    /// Moves everybody who is in line with the place they came at and is on the list; also those
    /// who have come back with an old ticket since. False: Redis has lost the room meanwhile.
    private func place(_ line: DrawnLine, _ cut: Int64, _ generation: Int64)
        async throws(StoreError) -> Bool
    {
        // From anywhere, so that processes which do the same share the work.
        let middle = line.arrivals.randomElement() ?? 0
        guard try await place(line, after: middle - 1, upTo: cut, generation) else { return false }
        return try await place(line, after: 0, upTo: middle - 1, generation)
    }

    private func place(_ line: DrawnLine, after: Int64, upTo end: Int64, _ generation: Int64)
        async throws(StoreError) -> Bool
    {
        let (room, key) = (line.draw.room, key)
        var after = after
        while true {
            let found = try await entrants(room, generation, after: after, upTo: end)
            guard let found else { return false }
            guard let last = found.last else { return true }
            let moves = await BesideLoops.run {
                line.moves(of: found, DrawSeal(key: key), in: room)
            }
            guard try await move(moves, in: room, generation) else { return false }
            after = last.arrival
        }
    }
}

extension DrawnLine {
    /// Where those among `found` belong who are on the list.
    fileprivate func moves(of found: [Entrant], _ seal: DrawSeal, in room: RoomID) -> [DrawMove] {
        found.compactMap { entrant in
            guard let index = index(arrival: entrant.arrival),
                seal.leaf(entrant, in: room) == leaves[index]
            else { return nil }
            return DrawMove(entrant: entrant, drawn: places.sequences[index])
        }
    }
}
