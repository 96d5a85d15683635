import CAssets
public import Redis

/// The room's scripts: each is `lib/stock.lua`, `lib/lanes.lua` and `lib/room.lua`, followed by the
/// use case's own file.
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
            enter, status, line, seen, recall, leave, done, tick, configure, report, recover,
            restore, audit, lanes, entrants, draw,
        ]
    }

    /// - Parameter edit: changes a script's text before it is used; production changes nothing.
    public init(edit: (String) -> String = { $0 }) {
        let machine =
            unsafe casset_redis_lib_stock().text + casset_redis_lib_lanes().text
            + casset_redis_lib_room().text
        func script(_ name: String, _ asset: CAsset) -> RedisScript {
            let text = unsafe edit(machine + asset.text)
            return RedisScript(name: name, body: Array(text.utf8), keyCount: Self.keyCount)
        }
        enter = unsafe script("room_enter", casset_redis_room_enter())
        status = unsafe script("room_status", casset_redis_room_status())
        line = unsafe script("room_line", casset_redis_room_line())
        seen = unsafe script("room_seen", casset_redis_room_seen())
        recall = unsafe script("room_recall", casset_redis_room_recall())
        leave = unsafe script("room_leave", casset_redis_room_leave())
        done = unsafe script("room_done", casset_redis_room_done())
        tick = unsafe script("room_tick", casset_redis_room_tick())
        configure = unsafe script("room_configure", casset_redis_room_configure())
        report = unsafe script("room_report", casset_redis_room_report())
        recover = unsafe script("room_recover", casset_redis_room_recover())
        audit = unsafe script("room_audit", casset_redis_room_audit())
        lanes = unsafe script("room_lanes", casset_redis_room_lanes())
        entrants = unsafe script("room_entrants", casset_redis_room_entrants())
        draw = unsafe script("room_draw", casset_redis_room_draw())
        restore = unsafe script("room_restore", casset_redis_room_restore())
    }
}

extension CAsset {
    var text: String {
        unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }
}
