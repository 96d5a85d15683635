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
            unsafe casset("Kit/Engines/redis/lib/lifetime.lua").text + casset("Rooms/redis/lib/stock.lua").text
            + casset("Seats/redis/lib/seats.lua").text
        let texts: [(String, String)] = unsafe [
            ("seats_stage", casset("Seats/redis/stage.lua").text),
            ("seats_load", casset("Seats/redis/load.lua").text),
            ("seats_hold", casset("Seats/redis/hold.lua").text),
            ("seats_release", casset("Seats/redis/release.lua").text),
            ("seats_fence", casset("Seats/redis/fence.lua").text),
            ("seats_unfence", casset("Seats/redis/unfence.lua").text),
            ("seats_settle", casset("Seats/redis/settle.lua").text),
            ("seats_free", casset("Seats/redis/free.lua").text),
            ("seats_apply", casset("Seats/redis/apply.lua").text),
            ("seats_map", casset("Seats/redis/map.lua").text),
            ("seats_configure", casset("Seats/redis/configure.lua").text),
            ("seats_drop", casset("Seats/redis/drop.lua").text),
            ("seats_report", casset("Seats/redis/report.lua").text),
            ("seats_look", casset("Seats/redis/look.lua").text),
            ("seats_behind", casset("Seats/redis/behind.lua").text),
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
