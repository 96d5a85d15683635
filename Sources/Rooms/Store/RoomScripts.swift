/// The scripts of rooms.
public enum RoomScript: Int, ScriptName {
    case enter, status, line, seen, recall, leave, done, tick, rest, configure, report, recover
    case restore, audit, lanes, entrants, draw

    public static let library = "room"
    public static let files = "Rooms/redis/"
    public static let shared = [
        "Kit/Engines/redis/lib/lifetime.lua", "Rooms/redis/lib/stock.lua",
        "Rooms/redis/lib/lanes.lua", "Rooms/redis/lib/room.lua",
    ]

    /// The room's keys in the order of `lib/room.lua`.
    public var keyCount: Int { 10 }
}

public typealias RoomScripts = ScriptSet<RoomScript>
