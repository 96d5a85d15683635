import Values

/// The Redis keys of one room, in the order every room script takes them (`redis/lib/room.lua`).
/// They share the hash tag `{r:ROOM}`, so that a cluster keeps a room in one slot.
struct RoomKeys: Sendable {
    let all: [String]

    init(_ room: RoomID) {
        all = [
            "room", "waiting", "inside", "skipped", "tickets", "recent", "ended", "ended-before",
            "journal", "moves",
        ].map { "{r:\(room.raw)}:\($0)" }
    }

    var tickets: String { all[4] }
    var ended: String { all[6] }
    var endedBefore: String { all[7] }
    var journal: String { all[8] }

    /// The names of all rooms: how one process learns of another's.
    static let rooms = "onsale:rooms"
}
