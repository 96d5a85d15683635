import Values

/// Which list of a board.
enum BoardList: Hashable, Sendable {
    /// The last 24 hours.
    case realtime
    case period(Period)
    case all

    var window: BoardWindow {
        switch self {
        case .realtime: .realtime
        case .period(let period): period.window
        case .all: .all
        }
    }

    /// Whether what stands in it begins with an instant.
    var isNamed: Bool {
        switch self {
        case .realtime, .all: true
        case .period: false
        }
    }

    /// As the scripts that read take it.
    var letter: String {
        switch self {
        case .realtime: "r"
        case .period: "p"
        case .all: "a"
        }
    }
}

/// The Redis keys of one board, in the order every script takes them (`redis/lib/board.lua`).
struct BoardKeys: Sendable {
    let all: [String]
    private let prefix: String

    /// `nonce` is of a board that is being built beside the live one.
    init(_ board: BoardID, building nonce: String? = nil) {
        let tag = "rank:{\(board.raw)}:"
        prefix = nonce.map { "\(tag)load:\($0):" } ?? tag
        all = ["meta", "a", "a:at", "r", "r:at", "r:set"].map { [prefix] in prefix + $0 }
    }

    var meta: String { all[0] }

    func list(of period: Period) -> String { "\(prefix)\(period.window.letter):\(period.key)" }

    func bucket(_ number: Int64) -> String { "\(all[3]):\(number)" }

    /// The keys of a script that reads `list`. It takes one more than the board's, used or not.
    func reading(_ list: BoardList) -> [String] {
        guard case .period(let period) = list else { return all + [all[1]] }
        return all + [self.list(of: period)]
    }
}
