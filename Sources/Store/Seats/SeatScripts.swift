import CAssets
public import Redis

/// The scripts of the seats: a library of `lib/stock.lua`, `lib/seats.lua` and a function for each
/// use case's own file.
///
/// Tests build a set with a guard switched off, or with a clock of their own, by editing the text.
public struct SeatScripts: Sendable {
    /// The seats' keys in the order of `lib/seats.lua`.
    public static let keyCount = 10

    public let stage: RedisScript
    public let load: RedisScript
    public let hold: RedisScript
    public let release: RedisScript
    public let fence: RedisScript
    public let unfence: RedisScript
    public let settle: RedisScript
    public let free: RedisScript
    public let apply: RedisScript
    public let map: RedisScript
    public let configure: RedisScript
    public let drop: RedisScript
    public let report: RedisScript
    public let look: RedisScript
    public let behind: RedisScript

    public var all: [RedisScript] {
        [
            stage, load, hold, release, fence, unfence, settle, free, apply, map, configure, drop,
            report, look, behind,
        ]
    }

    /// - Parameter edit: changes a script's text before it is used; production changes nothing.
    public init(edit: (String) -> String = { $0 }) {
        let machine =
            unsafe casset_redis_lib_lifetime().text + casset_redis_lib_stock().text
            + casset_redis_lib_seats().text
        let texts: [(String, String)] = unsafe [
            ("seats_stage", casset_redis_seats_stage().text),
            ("seats_load", casset_redis_seats_load().text),
            ("seats_hold", casset_redis_seats_hold().text),
            ("seats_release", casset_redis_seats_release().text),
            ("seats_fence", casset_redis_seats_fence().text),
            ("seats_unfence", casset_redis_seats_unfence().text),
            ("seats_settle", casset_redis_seats_settle().text),
            ("seats_free", casset_redis_seats_free().text),
            ("seats_apply", casset_redis_seats_apply().text),
            ("seats_map", casset_redis_seats_map().text),
            ("seats_configure", casset_redis_seats_configure().text),
            ("seats_drop", casset_redis_seats_drop().text),
            ("seats_report", casset_redis_seats_report().text),
            ("seats_look", casset_redis_seats_look().text),
            ("seats_behind", casset_redis_seats_behind().text),
        ]
        let library = RedisLibrary(
            "seats",
            shared: edit(machine),
            texts.map { ($0, edit($1)) }
        )
        stage = library.script("seats_stage", keys: 1)
        load = library.script("seats_load", keys: Self.keyCount + 1)
        hold = library.script("seats_hold", keys: Self.keyCount)
        release = library.script("seats_release", keys: Self.keyCount)
        fence = library.script("seats_fence", keys: Self.keyCount)
        unfence = library.script("seats_unfence", keys: Self.keyCount)
        settle = library.script("seats_settle", keys: Self.keyCount)
        free = library.script("seats_free", keys: Self.keyCount)
        apply = library.script("seats_apply", keys: Self.keyCount)
        map = library.script("seats_map", keys: Self.keyCount)
        configure = library.script("seats_configure", keys: Self.keyCount)
        drop = library.script("seats_drop", keys: Self.keyCount)
        report = library.script("seats_report", keys: Self.keyCount)
        look = library.script("seats_look", keys: Self.keyCount)
        // The stock, then the seats of each performance.
        behind = library.script("seats_behind", keys: 1, orMore: true)
    }
}
