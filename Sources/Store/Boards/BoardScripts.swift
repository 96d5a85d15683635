import CAssets
public import Redis

/// The scripts of the boards: each is `lib/board.lua`, followed by the use case's own file.
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

    public var all: [RedisScript] { [apply, page, place, ranks, scan, sweep, begin, load] }

    /// - Parameter edit: changes a script's text before it is used; production changes nothing.
    public init(edit: (String) -> String = { $0 }) {
        let board = unsafe casset_redis_lib_board().text
        func script(_ name: String, _ asset: CAsset, keys: Int, orMore: Bool = false) -> RedisScript
        {
            let text = unsafe edit(board + asset.text)
            return RedisScript(
                name: name,
                body: Array(text.utf8),
                keyCount: keys,
                takesMoreKeys: orMore
            )
        }
        let own = Self.keyCount
        let reading = own + 1
        apply = unsafe script("board_apply", casset_redis_board_apply(), keys: own, orMore: true)
        page = unsafe script("board_page", casset_redis_board_page(), keys: reading)
        place = unsafe script("board_place", casset_redis_board_place(), keys: reading)
        ranks = unsafe script("board_ranks", casset_redis_board_ranks(), keys: reading)
        scan = unsafe script("board_scan", casset_redis_board_scan(), keys: reading)
        sweep = unsafe script("board_sweep", casset_redis_board_sweep(), keys: own)
        begin = unsafe script("board_begin", casset_redis_board_begin(), keys: own)
        // The two hashes that it compares; then pairs.
        load = unsafe script("board_load", casset_redis_board_load(), keys: 2, orMore: true)
    }
}
