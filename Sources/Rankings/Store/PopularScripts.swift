import Engines

/// The scripts of the lists of best sellers.
package enum PopularScript: Int, ScriptName {
    case look, due, keep

    package static let library = "popular"
    package static let files = "Rankings/redis/popular_"
    package static let shared: [String] = []

    package var keyCount: Int {
        switch self {
        case .look: 3
        case .due: 1
        case .keep: 2
        }
    }
}

package typealias PopularScripts = ScriptSet<PopularScript>

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
