/// The scripts of a performance's seats.
public enum SeatScript: Int, ScriptName {
    case stage, load, hold, release, fence, unfence, settle, free, apply, map, configure, drop
    case report, look, behind

    public static let library = "seats"
    public static let files = "Seats/redis/"
    public static let shared = [
        "Kit/Engines/redis/lib/lifetime.lua", "Rooms/redis/lib/stock.lua",
        "Seats/redis/lib/seats.lua",
    ]

    /// The seats' keys in the order of `lib/seats.lua`.
    private static let seatKeys = 10

    public var keyCount: Int {
        switch self {
        // The stock, then the seats of each performance.
        case .stage, .behind: 1
        case .load: Self.seatKeys + 1
        default: Self.seatKeys
        }
    }

    public var takesMoreKeys: Bool { self == .behind }
}

public typealias SeatScripts = ScriptSet<SeatScript>
