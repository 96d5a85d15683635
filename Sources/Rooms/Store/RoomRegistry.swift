import Engines
import Synchronization
import Values

/// What one process knows of a room apart from Redis: enough to bring it back.
struct KnownRoom: Sendable, Equatable {
    var settings: RoomSettings
    var state: RoomState
    var generation: Int64
    /// Counts the changes of settings and state, in the ledger; the highest counts.
    var revision: Int64 = 0
    /// The highest sequence seen.
    var sequence: Int64 = 0
    /// Counts the room's changes within a generation: a smaller one means an older Redis.
    var version: Int64 = 0
    /// How many waited when last looked at; nil: nobody has looked.
    var waiting: Int64?

    init(settings: RoomSettings, state: RoomState, generation: Int64) {
        self.settings = settings
        self.state = state
        self.generation = generation
    }

    init(_ report: RoomReport) {
        self.init(settings: report.settings, state: report.state, generation: report.generation)
        revision = report.revision
        sequence = report.sequence
        version = report.version
        waiting = report.inLine
    }

    /// Whether a room in Redis with these is a past of it: an older generation, or fewer changes.
    func isAhead(of generation: Int64, _ version: Int64) -> Bool {
        (generation, version) < (self.generation, self.version)
    }
}

/// The rooms this process knows: its memory of what the ledger and Redis have told. It outlives the
/// loss of Redis; the ledger outlives the process.
///
/// Locked because every loop reads it, off the hot path: when a room is missing, when Redis is
/// away.
final class RoomRegistry: Sendable {
    /// Rooms of one server; the keeper's round is sized for it.
    static let roomsMax = 10_000

    let ledger: RoomLedger
    let clients = SessionClients()
    private let roomsMax: Int
    private let rooms = Mutex<[RoomID: KnownRoom]>([:])
    /// Rooms that are being made now, and have a place among `roomsMax`.
    private let reserved = Mutex<Set<RoomID>>([])

    /// Reads all rooms of the ledger.
    init(ledger: RoomLedger, roomsMax: Int = roomsMax) async throws(StoreError) {
        self.ledger = ledger
        self.roomsMax = roomsMax
        var last = ""
        while true {
            let page = try await ledger.rooms(after: last)
            for row in page { learn(row) }
            guard page.count == RoomLedger.pageRows, let end = page.last else { return }
            last = end.room.raw
        }
    }

    func room(_ id: RoomID) -> KnownRoom? { rooms.withLock { $0[id] } }

    var ids: [RoomID] { rooms.withLock { Array($0.keys) } }

    /// Rooms whose order is drawn at the opening, with their openings, ms.
    var drawing: [RoomID: Int64] {
        rooms.withLock { rooms in
            rooms.compactMapValues { known in
                guard known.settings.order == .draw else { return nil }
                return known.settings.opening?.milliseconds
            }
        }
    }

    /// Keeps a place for a room that is about to be made, until `release`. False: there are as many
    /// rooms as this server keeps. Asked before anything is written, so that a room that is refused
    /// leaves nothing in the ledger.
    func reserve(_ id: RoomID) -> Bool {
        rooms.withLock { rooms in
            reserved.withLock { reserved in
                guard rooms[id] == nil, !reserved.contains(id) else { return true }
                guard rooms.count + reserved.count < roomsMax else { return false }
                return reserved.insert(id).inserted
            }
        }
    }

    func release(_ id: RoomID) { reserved.withLock { _ = $0.remove(id) } }

    /// Keeps what Redis has told; settings of an older revision stay what they are.
    func keep(_ told: KnownRoom, as id: RoomID) throws(StoreError) {
        let isKept = rooms.withLock { rooms in
            let old = rooms[id]
            guard old != nil || rooms.count < roomsMax else { return false }
            var known = told
            if let old, old.revision > told.revision {
                known.settings = old.settings
                known.state = old.state
                known.revision = old.revision
            }
            rooms[id] = known
            return true
        }
        guard isKept else { throw .full("more than \(roomsMax) rooms") }
    }

    /// Takes up what the ledger says, where it is newer.
    func learn(_ row: RoomLedger.Row) {
        rooms.withLock { rooms in
            guard var known = rooms[row.room] else {
                if rooms.count < roomsMax { rooms[row.room] = row.known }
                return
            }
            if row.known.revision > known.revision {
                known.settings = row.known.settings
                known.state = row.known.state
                known.revision = row.known.revision
            }
            if row.known.generation > known.generation {
                known.generation = row.known.generation
                known.version = 0
            }
            rooms[row.room] = known
        }
    }
}
