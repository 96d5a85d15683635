public import Onsale
import Synchronization

/// What one process knows of a room apart from Redis: enough to bring it back.
public struct KnownRoom: Sendable, Equatable {
    public var settings: RoomSettings
    public var state: RoomState
    public var generation: Int64
    /// The highest sequence seen; a new generation starts above it.
    public var sequence: Int64 = 0
    /// Counts the room's changes within a generation: a smaller one means an older Redis.
    public var version: Int64 = 0
    /// How many waited when last looked at.
    public var waiting: Int64 = 0

    public init(settings: RoomSettings, state: RoomState, generation: Int64) {
        self.settings = settings
        self.state = state
        self.generation = generation
    }

    init(_ report: RoomReport) {
        self.init(settings: report.settings, state: report.state, generation: report.generation)
        version = report.version
        waiting = report.waiting
    }
}

/// The rooms this process knows. It outlives the loss of Redis, and through its file the loss of
/// the process; a ledger will take its place.
///
/// Locked because every loop reads it, off the hot path: when a room is missing, when Redis is
/// away.
public final class RoomRegistry: Sendable {
    /// Rooms of one server; the file and the keeper's round are sized for it.
    public static let roomsMax = 10_000

    private let rooms: Mutex<[RoomID: KnownRoom]>
    private let file: RoomFile?

    /// `file` is where rooms are kept over a restart; nil: nowhere.
    public init(file: RoomFile? = nil) throws(RoomFileError) {
        self.file = file
        rooms = Mutex(try file?.load() ?? [:])
    }

    public func room(_ id: RoomID) -> KnownRoom? { rooms.withLock { $0[id] } }

    public var ids: [RoomID] { rooms.withLock { Array($0.keys) } }

    /// Keeps `known`; writes the file when settings, state or generation changed.
    func keep(_ known: KnownRoom, as id: RoomID) throws(StoreError) {
        let changed: [RoomID: KnownRoom]?? = rooms.withLock { rooms in
            let old = rooms[id]
            guard old != nil || rooms.count < Self.roomsMax else { return nil }
            rooms[id] = known
            let isSame =
                old?.settings == known.settings && old?.state == known.state
                && old?.generation == known.generation
            return .some(isSame ? nil : rooms)
        }
        guard let changed else { throw .broken("more than \(Self.roomsMax) rooms") }
        guard let all = changed, let file else { return }
        do {
            try file.save(all)
        } catch {
            throw .unavailable(error.description)
        }
    }
}
