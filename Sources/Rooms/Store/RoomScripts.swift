import CAssets
public import Redis

/// The room's scripts: a library of `lib/lifetime.lua`, `lib/stock.lua`, `lib/lanes.lua`,
/// `lib/room.lua` and a function for each use case's own file.
///
/// Tests build a set with a guard switched off, or with a clock of their own, by editing the text.
public struct RoomScripts: Sendable {
    /// The room's keys in the order of `lib/room.lua`.
    public static let keyCount = 10

    public let enter: RedisScript
    public let status: RedisScript
    public let line: RedisScript
    public let seen: RedisScript
    public let recall: RedisScript
    public let leave: RedisScript
    public let done: RedisScript
    public let tick: RedisScript
    public let rest: RedisScript
    public let configure: RedisScript
    public let report: RedisScript
    public let recover: RedisScript
    public let restore: RedisScript
    public let audit: RedisScript
    public let lanes: RedisScript
    public let entrants: RedisScript
    public let draw: RedisScript

    public var all: [RedisScript] {
        [
            enter, status, line, seen, recall, leave, done, tick, rest, configure, report, recover,
            restore, audit, lanes, entrants, draw,
        ]
    }

    /// - Parameter edit: changes a script's text before it is used; production changes nothing.
    public init(edit: (String) -> String = { $0 }) {
        let machine =
            unsafe casset("Kit/Engines/redis/lib/lifetime.lua").text + casset("Rooms/redis/lib/stock.lua").text
            + casset("Rooms/redis/lib/lanes.lua").text + casset("Rooms/redis/lib/room.lua").text
        let texts: [(String, String)] = unsafe [
            ("room_enter", casset("Rooms/redis/enter.lua").text),
            ("room_status", casset("Rooms/redis/status.lua").text),
            ("room_line", casset("Rooms/redis/line.lua").text),
            ("room_seen", casset("Rooms/redis/seen.lua").text),
            ("room_recall", casset("Rooms/redis/recall.lua").text),
            ("room_leave", casset("Rooms/redis/leave.lua").text),
            ("room_done", casset("Rooms/redis/done.lua").text),
            ("room_tick", casset("Rooms/redis/tick.lua").text),
            ("room_rest", casset("Rooms/redis/rest.lua").text),
            ("room_configure", casset("Rooms/redis/configure.lua").text),
            ("room_report", casset("Rooms/redis/report.lua").text),
            ("room_recover", casset("Rooms/redis/recover.lua").text),
            ("room_restore", casset("Rooms/redis/restore.lua").text),
            ("room_audit", casset("Rooms/redis/audit.lua").text),
            ("room_lanes", casset("Rooms/redis/lanes.lua").text),
            ("room_entrants", casset("Rooms/redis/entrants.lua").text),
            ("room_draw", casset("Rooms/redis/draw.lua").text),
        ]
        let library = RedisLibrary(
            "room",
            shared: edit(machine),
            texts.map { ($0, edit($1)) }
        )
        enter = library.script("room_enter", keys: Self.keyCount)
        status = library.script("room_status", keys: Self.keyCount)
        line = library.script("room_line", keys: Self.keyCount)
        seen = library.script("room_seen", keys: Self.keyCount)
        recall = library.script("room_recall", keys: Self.keyCount)
        leave = library.script("room_leave", keys: Self.keyCount)
        done = library.script("room_done", keys: Self.keyCount)
        tick = library.script("room_tick", keys: Self.keyCount)
        rest = library.script("room_rest", keys: Self.keyCount)
        configure = library.script("room_configure", keys: Self.keyCount)
        report = library.script("room_report", keys: Self.keyCount)
        recover = library.script("room_recover", keys: Self.keyCount)
        restore = library.script("room_restore", keys: Self.keyCount)
        audit = library.script("room_audit", keys: Self.keyCount)
        lanes = library.script("room_lanes", keys: Self.keyCount)
        entrants = library.script("room_entrants", keys: Self.keyCount)
        draw = library.script("room_draw", keys: Self.keyCount)
    }
}

extension CAsset {
    var text: String {
        unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }
}
