import Engines

/// The scripts of a performance's seats.
package enum SeatScript: Int, ScriptName {
    case stage, load, hold, release, fence, unfence, settle, free, apply, map, configure, drop
    case report, look, behind

    package static let library = "seats"
    package static let files = "Seats/redis/"
    package static let shared = [
        "Kit/Engines/redis/lib/lifetime.lua", "Rooms/redis/lib/stock.lua",
        "Seats/redis/lib/seats.lua", "Seats/redis/lib/end-hold.lua",
        "Seats/redis/lib/sell.lua",
    ]

    /// The seats' keys in the order of `lib/seats.lua`.
    private static let seatKeys = 10

    package var keyCount: Int {
        switch self {
        // The stock, then the seats of each performance.
        case .stage, .behind: 1
        case .load: Self.seatKeys + 1
        default: Self.seatKeys
        }
    }

    package var takesMoreKeys: Bool { self == .behind }
}

package typealias SeatScripts = ScriptSet<SeatScript>
