import CAssets
public import Redis

/// The scripts of the boards: a library of `lib/board.lua` and a function for each use case's own
/// file.
///
/// Tests build a set with a guard switched off, or with a clock of their own, by editing the text.
public struct BoardScripts: Sendable {
    /// A board's keys in the order of `lib/board.lua`.
    public static let keyCount = 6

    public let apply: RedisScript
    public let page: RedisScript
    public let place: RedisScript
    public let ranks: RedisScript
    public let scan: RedisScript
    public let sweep: RedisScript
    public let begin: RedisScript
    public let load: RedisScript
    public let forget: RedisScript

    public var all: [RedisScript] {
        [apply, page, place, ranks, scan, sweep, begin, load, forget]
    }

    /// - Parameter edit: changes a script's text before it is used; production changes nothing.
    public init(edit: (String) -> String = { $0 }) {
        let board = unsafe casset("Kit/Engines/redis/lib/lifetime.lua").text + casset("Rankings/redis/lib/board.lua").text
        let texts: [(String, String)] = unsafe [
            ("board_apply", casset("Rankings/redis/board_apply.lua").text),
            ("board_page", casset("Rankings/redis/board_page.lua").text),
            ("board_place", casset("Rankings/redis/board_place.lua").text),
            ("board_ranks", casset("Rankings/redis/board_ranks.lua").text),
            ("board_scan", casset("Rankings/redis/board_scan.lua").text),
            ("board_sweep", casset("Rankings/redis/board_sweep.lua").text),
            ("board_begin", casset("Rankings/redis/board_begin.lua").text),
            ("board_load", casset("Rankings/redis/board_load.lua").text),
            ("board_forget", casset("Rankings/redis/board_forget.lua").text),
        ]
        let library = RedisLibrary(
            "board",
            shared: edit(board),
            texts.map { ($0, edit($1)) }
        )
        let own = Self.keyCount
        let reading = own + 1
        apply = library.script("board_apply", keys: own, orMore: true)
        page = library.script("board_page", keys: reading)
        place = library.script("board_place", keys: reading)
        ranks = library.script("board_ranks", keys: reading)
        scan = library.script("board_scan", keys: reading)
        sweep = library.script("board_sweep", keys: own)
        begin = library.script("board_begin", keys: own)
        forget = library.script("board_forget", keys: own)
        // The two hashes that it compares; then pairs.
        load = library.script("board_load", keys: 2, orMore: true)
    }
}
