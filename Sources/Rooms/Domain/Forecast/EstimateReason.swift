/// Why a visitor waits longer than they were told to expect.
enum EstimateReason: String, Sendable, CaseIterable {
    case paused
    /// The operator lowered the rate or the capacity.
    case rateLowered = "rate_lowered"
    /// People who stand further in front came back.
    case returned
    case slowOutflow = "slow_outflow"
}
