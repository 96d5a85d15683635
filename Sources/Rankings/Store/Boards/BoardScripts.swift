/// The scripts of the boards.
public enum BoardScript: Int, ScriptName {
    case apply, page, place, ranks, scan, sweep, begin, load, forget

    public static let library = "board"
    public static let files = "Rankings/redis/board_"
    public static let shared = [
        "Kit/Engines/redis/lib/lifetime.lua", "Rankings/redis/lib/board.lua",
    ]

    /// A board's keys in the order of `lib/board.lua`.
    private static let boardKeys = 6

    public var keyCount: Int {
        switch self {
        case .apply, .sweep, .begin, .forget: Self.boardKeys
        // The list that is read.
        case .page, .place, .ranks, .scan: Self.boardKeys + 1
        // The two hashes that it compares; then pairs.
        case .load: 2
        }
    }

    public var takesMoreKeys: Bool { self == .apply || self == .load }
}

public typealias BoardScripts = ScriptSet<BoardScript>
