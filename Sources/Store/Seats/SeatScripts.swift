import CAssets
public import Redis

/// The scripts of the seats: each is `lib/stock.lua` and `lib/seats.lua`, followed by the use
/// case's own file.
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

    public var all: [RedisScript] {
        [
            stage, load, hold, release, fence, unfence, settle, free, apply, map, configure, drop,
            report,
        ]
    }

    /// - Parameter edit: changes a script's text before it is used; production changes nothing.
    public init(edit: (String) -> String = { $0 }) {
        let machine = unsafe casset_redis_lib_stock().text + casset_redis_lib_seats().text
        func script(_ name: String, _ asset: CAsset, keys: Int = Self.keyCount) -> RedisScript {
            let text = unsafe edit(machine + asset.text)
            return RedisScript(name: name, body: Array(text.utf8), keyCount: keys)
        }
        let staging = unsafe casset_redis_seats_stage().text
        stage = RedisScript(name: "seats_stage", body: Array(staging.utf8), keyCount: 1)
        load = unsafe script("seats_load", casset_redis_seats_load(), keys: Self.keyCount + 1)
        hold = unsafe script("seats_hold", casset_redis_seats_hold())
        release = unsafe script("seats_release", casset_redis_seats_release())
        fence = unsafe script("seats_fence", casset_redis_seats_fence())
        unfence = unsafe script("seats_unfence", casset_redis_seats_unfence())
        settle = unsafe script("seats_settle", casset_redis_seats_settle())
        free = unsafe script("seats_free", casset_redis_seats_free())
        apply = unsafe script("seats_apply", casset_redis_seats_apply())
        map = unsafe script("seats_map", casset_redis_seats_map())
        configure = unsafe script("seats_configure", casset_redis_seats_configure())
        drop = unsafe script("seats_drop", casset_redis_seats_drop())
        report = unsafe script("seats_report", casset_redis_seats_report())
    }
}
