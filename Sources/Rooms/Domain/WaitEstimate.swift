/// How long a visitor still waits: a range in whole seconds.
struct WaitEstimate: Equatable, Sendable {
    var min: Int64
    var max: Int64
}

/// Why a visitor waits longer than they were told to expect.
enum EstimateReason: String, Sendable, CaseIterable {
    case paused
    /// The operator lowered the rate or the capacity.
    case rateLowered = "rate_lowered"
    /// People who stand further in front came back.
    case returned
    case slowOutflow = "slow_outflow"
}

extension RoomSettings.Show {
    /// The position a visitor is shown, from 1: exact; rounded up to one leading digit beyond the
    /// first ten (`band`: 1,234 is shown as 2,000); or nothing.
    func position(ahead: Int64) -> Int64? {
        let position = ahead + 1
        switch self {
        case .exact: return position
        case .hidden: return nil
        case .band:
            var unit: Int64 = 1
            while position / unit >= 10 { unit *= 10 }
            return (position + unit - 1) / unit * unit
        }
    }
}
