import Engines

/// The scripts of rooms.
package enum RoomScript: Int, ScriptName {
    case enter, status, line, seen, recall, leave, done, tick, rest, configure, report, recover
    case restore, audit, lanes, entrants, draw

    package static let library = "room"
    package static let files = "Rooms/redis/"
    package static let shared = [
        "Kit/Engines/redis/lib/lifetime.lua", "Rooms/redis/lib/stock.lua",
        "Rooms/redis/lib/lanes.lua", "Rooms/redis/lib/room.lua",
        "Rooms/redis/lib/admit.lua", "Rooms/redis/lib/visit.lua",
    ]

    /// The room's keys in the order of `lib/room.lua`.
    package var keyCount: Int { 10 }
}

package typealias RoomScripts = ScriptSet<RoomScript>
