import CAssets
import Onsale
public import Redis

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
        func script(_ name: String, _ asset: CAsset, keys: Int) -> RedisScript {
            let text = unsafe edit(asset.text)
            return RedisScript(name: name, body: Array(text.utf8), keyCount: keys)
        }
        look = unsafe script("popular_look", casset_redis_popular_look(), keys: 3)
        due = unsafe script("popular_due", casset_redis_popular_due(), keys: 1)
        keep = unsafe script("popular_keep", casset_redis_popular_keep(), keys: 2)
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
