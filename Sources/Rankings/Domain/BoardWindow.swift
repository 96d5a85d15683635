/// The span of time that a list of a board counts.
enum BoardWindow: String, CaseIterable, Sendable {
    /// The last 24 hours, on and on.
    case realtime
    case daily
    /// ISO weeks: from Monday, numbered so that week 1 has the year's first Thursday.
    case weekly
    case monthly
    case all

    /// Stands in Redis keys: `rank:{board}:d:20260501`.
    var letter: String {
        switch self {
        case .realtime: "r"
        case .daily: "d"
        case .weekly: "w"
        case .monthly: "m"
        case .all: "a"
        }
    }

    /// Whether it turns: a day ends and another begins.
    var hasPeriods: Bool {
        switch self {
        case .daily, .weekly, .monthly: true
        case .realtime, .all: false
        }
    }
}

/// One day, week or month of a board, in the board's time zone.
struct Period: Hashable, Sendable {
    var window: BoardWindow
    /// `2026-05-01`, `2026-W18`, `2026-05`: as the contract names it.
    var name: String
    /// Its first instant, and the first after it, in ms.
    var startMs: Int64
    var endMs: Int64

    /// `20260501`, `2026W18`, `202605`: as Redis keys name it.
    var key: String { name.filter { $0 != "-" } }
}
