import CAssets
import Onsale
public import Redis
import Values

/// The scripts of the lists of best sellers.
///
/// Tests build a set with a guard switched off, or with a clock of their own, by editing the text.
public struct PopularScripts: Sendable {
    public let look: RedisScript
    public let due: RedisScript
    public let keep: RedisScript

    public var all: [RedisScript] { [look, due, keep] }

    /// - Parameter edit: changes a script's text before it is used; production changes nothing.
    public init(edit: (String) -> String = { $0 }) {
        let texts: [(String, String)] = unsafe [
            ("popular_look", casset("Rankings/redis/popular_look.lua").text),
            ("popular_due", casset("Rankings/redis/popular_due.lua").text),
            ("popular_keep", casset("Rankings/redis/popular_keep.lua").text),
        ]
        let library = RedisLibrary("popular", texts.map { ($0, edit($1)) })
        look = library.script("popular_look", keys: 3)
        due = library.script("popular_due", keys: 1)
        keep = library.script("popular_keep", keys: 2)
    }
}

/// The Redis keys of the lists of best sellers; they lie beside the board that they are counted
/// from.
struct PopularKeys {
    static let asked = "rank:{\(Board.products)}:popular"
    let list: String
    let lock: String

    init(days: Int) {
        list = "\(Self.asked):\(days)"
        lock = "\(list):lock"
    }
}
