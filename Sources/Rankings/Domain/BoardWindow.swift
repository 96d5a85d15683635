/// The span of time that a list of a board counts.
public enum BoardWindow: String, CaseIterable, Sendable {
    /// The last 24 hours, on and on.
    case realtime
    case daily
    /// ISO weeks: from Monday, numbered so that week 1 has the year's first Thursday.
    case weekly
    case monthly
    case all

    /// Stands in Redis keys: `rank:{board}:d:20260501`.
    public var letter: String {
        switch self {
        case .realtime: "r"
        case .daily: "d"
        case .weekly: "w"
        case .monthly: "m"
        case .all: "a"
        }
    }

    /// Whether it turns: a day ends and another begins.
    public var hasPeriods: Bool {
        switch self {
        case .daily, .weekly, .monthly: true
        case .realtime, .all: false
        }
    }
}

/// One day, week or month of a board, in the board's time zone.
public struct Period: Hashable, Sendable {
    public var window: BoardWindow
    /// `2026-05-01`, `2026-W18`, `2026-05`: as the contract names it.
    public var name: String
    /// Its first instant, and the first after it, in ms.
    public var startMs: Int64
    public var endMs: Int64

    public init(window: BoardWindow, name: String, startMs: Int64, endMs: Int64) {
        self.window = window
        self.name = name
        self.startMs = startMs
        self.endMs = endMs
    }

    /// `20260501`, `2026W18`, `202605`: as Redis keys name it.
    public var key: String { name.filter { $0 != "-" } }
}
