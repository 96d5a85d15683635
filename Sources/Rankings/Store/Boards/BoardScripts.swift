import Engines

/// The scripts of the boards.
package enum BoardScript: Int, ScriptName {
    case apply, page, place, ranks, scan, sweep, begin, load, forget

    package static let library = "board"
    package static let files = "Rankings/redis/board_"
    package static let shared = [
        "Kit/Engines/redis/lib/lifetime.lua", "Rankings/redis/lib/board.lua",
    ]

    /// A board's keys in the order of `lib/board.lua`.
    private static let boardKeys = 6

    package var keyCount: Int {
        switch self {
        case .apply, .sweep, .begin, .forget: Self.boardKeys
        // The list that is read.
        case .page, .place, .ranks, .scan: Self.boardKeys + 1
        // The two hashes that it compares; then pairs.
        case .load: 2
        }
    }

    package var takesMoreKeys: Bool { self == .apply || self == .load }
}

package typealias BoardScripts = ScriptSet<BoardScript>
