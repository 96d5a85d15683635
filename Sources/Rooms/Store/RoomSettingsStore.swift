import Crypto
import Engines
import EventLoop
import Redis
import Values

/// What operators decide about rooms, and the documents that show it. One a loop.
///
/// A decision goes to the ledger first, and from there to Redis: a crash between the two leaves a
/// decision that the keepers of all processes carry on. Repeating it is harmless.
package actor RoomSettingsStore: OnLoop {
    package nonisolated let loop: EventLoop
    let rooms: RoomStore
    let registry: RoomRegistry
    private let keeper: RoomKeeper
    let scripts: RoomScripts
    private lazy var documents = Reads<RoomID, RoomReport?>(
        on: loop,
        .init(keysMax: Self.documentsMax, readsMax: .max),
        freshMs: { _ in Self.documentMaxAgeMs }
    ) { [weak self] room, _ throws(StoreError) in try await self?.report(room) }

    /// How old the shared document may be: `Cache-Control: max-age=1` promises no better.
    private static let documentMaxAgeMs: UInt64 = 1_000
    private static let documentsMax = 4_096
    /// Others may change the same room at the same time; each time it is read again.
    private static let attemptsMax = 8

    init(_ rooms: RoomStore) {
        self.rooms = rooms
        loop = rooms.loop
        registry = rooms.registry
        keeper = rooms.keeper
        scripts = rooms.scripts
    }

    /// Changes a room's settings, or makes the room.
    package func configure(_ change: RoomChange, of room: RoomID) async throws(StoreError)
        -> RoomReport
    {
        guard let report = try await configure(change, of: room, if: { _ in true }) else {
            return try missing(room)
        }
        return report
    }

    /// The same, unless the room is not what the sender has seen: nil.
    func configure(
        _ change: RoomChange,
        of room: RoomID,
        if precondition: @escaping Precondition<KnownRoom>
    ) async throws(StoreError) -> RoomReport? {
        let decision = try await decide(room, makes: true, if: precondition) {
            $0.settings = change.applied(to: $0.settings)
        }
        switch decision {
        case .decided(let report): return report
        case .preconditionFailed: return nil
        case .unknown: return try missing(room)
        }
    }

    /// Moves the door: pause, resume, drain, close, sold out. Nil: nobody knows the room.
    func set(_ state: RoomState, of room: RoomID) async throws(StoreError) -> RoomReport? {
        let decision = try await decide(room, makes: false) { $0.state = state }
        guard case .decided(let report) = decision else { return nil }
        return report
    }

    enum RoomDecision {
        case decided(RoomReport)
        /// Nobody knows the room.
        case unknown
        /// It is not what the sender has seen.
        case preconditionFailed
    }

    /// The room with all its counters; nil: nobody knows it.
    package func report(_ room: RoomID) async throws(StoreError) -> RoomReport? {
        // A room that is being brought back lacks some of its visitors, and may lack its state.
        for _ in 0..<Self.attemptsMax {
            guard let reply = try await rooms.runKnowing(scripts[.report], room) else {
                await documents.forget(room)
                return nil
            }
            let report = try RoomFields.report(reply)
            guard report.isRestoring else { return report }
            _ = try await keeper.recover(room, above: 0)
        }
        throw .unavailable("room \(room) is lost again and again")
    }

    /// The shared document: a report that is at most `documentMaxAgeMs` old.
    func document(_ room: RoomID) async throws(StoreError) -> RoomReport? {
        try await documents.value(room)
    }

    /// Writes a change of settings or state, and brings it to Redis.
    func decide(
        _ room: RoomID,
        makes: Bool,
        if precondition: Precondition<KnownRoom> = { _ in true },
        _ change: (inout KnownRoom) -> Void
    ) async throws(StoreError) -> RoomDecision {
        for _ in 0..<Self.attemptsMax {
            guard let row = try await recorded(room) else {
                guard precondition(nil) else { return .preconditionFailed }
                guard makes else { return .unknown }
                if let report = try await make(room, change) { return .decided(report) }
                continue
            }
            guard precondition(row.known) else { return .preconditionFailed }
            var decided = row.known
            change(&decided)
            decided.revision += 1
            try await commitSeed(of: room, decided.settings)
            let isWritten = try await registry.ledger.change(
                room,
                to: decided.settings,
                decided.state,
                from: row.known.revision
            )
            guard isWritten else { continue }
            var written = row
            written.known = decided
            registry.learn(written)
            let arguments = [.int(0), .int(decided.revision), .int(0)] + RoomFields.all(decided)
            guard let reply = try await rooms.runKnowing(scripts[.configure], room, arguments)
            else {
                return .decided(try missing(room))
            }
            let counts = try reply.integer(1)
            if counts > decided.revision, try await isAhead(of: counts, room) {
                continue
            }
            return .decided(try await adopted(room))
        }
        throw .busy("Many change room \(room) at once.")
    }

    /// The room as the ledger has it; what only Redis or this process knows is recorded first.
    private func recorded(_ room: RoomID) async throws(StoreError) -> RoomLedger.Row? {
        let ledger = registry.ledger
        let row = try await ledger.room(room)
        let known = registry.room(room)
        if let row, row.known.revision >= known?.revision ?? 0 { return row }
        return try await record(room) ?? row
    }

    private func record(_ room: RoomID) async throws(StoreError) -> RoomLedger.Row? {
        let (report, nowMs) = try await keeper.calls.look(at: room)
        guard let known = report.map(KnownRoom.init) ?? registry.room(room) else { return nil }
        let floor = max(known.sequence, report?.lease ?? 0)
        let lease = SequenceLease.next(nowMs, above: floor)
        try await registry.ledger.put(room, known, lease: lease)
        return try await registry.ledger.room(room)
    }

    /// Whether Redis has later settings than the ledger, which is then an old copy; they are
    /// recorded.
    private func isAhead(of revision: Int64, _ room: RoomID) async throws(StoreError) -> Bool {
        let row = try await registry.ledger.room(room)
        guard let row, row.known.revision < revision else { return false }
        _ = try await record(room)
        return true
    }

    /// Makes a room that nobody knows. Nil: somebody was faster.
    private func make(_ room: RoomID, _ change: (inout KnownRoom) -> Void)
        async throws(StoreError) -> RoomReport?
    {
        guard registry.reserve(room) else {
            throw .full("This server keeps no more rooms.")
        }
        defer { registry.release(room) }
        let (report, nowMs) = try await keeper.calls.look(at: room)
        guard report == nil else { return nil }
        var known = KnownRoom(settings: RoomSettings(), state: .open, generation: 1)
        known.revision = 1
        known.waiting = 0
        change(&known)
        let lease = SequenceLease.next(nowMs, above: 0)
        try await commitSeed(of: room, known.settings)
        guard try await registry.ledger.make(room, known, lease: lease) else { return nil }
        let arguments = [.int(1), .int(1), .int(lease)] + RoomFields.all(known)
        _ = try await rooms.run(scripts[.configure], room, arguments)
        return try await adopted(room)
    }

    /// A room that says it draws has a seed, and its hash in public, before it says so.
    private func commitSeed(of room: RoomID, _ settings: RoomSettings) async throws(StoreError) {
        guard settings.order == .draw else { return }
        let seed = SecureRandom.bytes(SeededDraw.seedByteCount)
        try await registry.ledger.commitSeed(seed, of: room)
    }

    private func adopted(_ room: RoomID) async throws(StoreError) -> RoomReport {
        await documents.forget(room)
        guard let report = try await report(room) else { return try missing(room) }
        try await keeper.adopt(room, report)
        // A new room was none when its script was called.
        await rooms.announce(room)
        return report
    }

    private func missing(_ room: RoomID) throws(StoreError) -> RoomReport {
        throw .unavailable("room \(room) was lost while it was changed")
    }
}
