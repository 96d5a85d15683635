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
            unsafe casset_redis_lib_lifetime().text + casset_redis_lib_stock().text
            + casset_redis_lib_lanes().text + casset_redis_lib_room().text
        let texts: [(String, String)] = unsafe [
            ("room_enter", casset_redis_room_enter().text),
            ("room_status", casset_redis_room_status().text),
            ("room_line", casset_redis_room_line().text),
            ("room_seen", casset_redis_room_seen().text),
            ("room_recall", casset_redis_room_recall().text),
            ("room_leave", casset_redis_room_leave().text),
            ("room_done", casset_redis_room_done().text),
            ("room_tick", casset_redis_room_tick().text),
            ("room_rest", casset_redis_room_rest().text),
            ("room_configure", casset_redis_room_configure().text),
            ("room_report", casset_redis_room_report().text),
            ("room_recover", casset_redis_room_recover().text),
            ("room_restore", casset_redis_room_restore().text),
            ("room_audit", casset_redis_room_audit().text),
            ("room_lanes", casset_redis_room_lanes().text),
            ("room_entrants", casset_redis_room_entrants().text),
            ("room_draw", casset_redis_room_draw().text),
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
