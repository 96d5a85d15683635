import Onsale
import Values

/// The scripts of the lists of best sellers.
public enum PopularScript: Int, ScriptName {
    case look, due, keep

    public static let library = "popular"
    public static let files = "Rankings/redis/popular_"
    public static let shared: [String] = []

    public var keyCount: Int {
        switch self {
        case .look: 3
        case .due: 1
        case .keep: 2
        }
    }
}

public typealias PopularScripts = ScriptSet<PopularScript>

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
