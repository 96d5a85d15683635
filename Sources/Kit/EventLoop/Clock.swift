import Glibc

/// Where time comes from. Production reads the system; tests hand in their own.
///
/// Nothing that orders or expires visitors uses this: that is Redis's own `TIME`, read in the
/// scripts.
public struct Clock: Sendable {
    /// Milliseconds since 1970-01-01 UTC.
    public let wallMs: @Sendable () -> Int64
    /// Nanoseconds of a clock that never steps; only differences mean something.
    public let monotonicNs: @Sendable () -> UInt64

    public init(
        wallMs: @escaping @Sendable () -> Int64,
        monotonicNs: @escaping @Sendable () -> UInt64
    ) {
        self.wallMs = wallMs
        self.monotonicNs = monotonicNs
    }

    public static let system = Clock(
        wallMs: { Int64(read(CLOCK_REALTIME) / 1_000_000) },
        monotonicNs: { read(CLOCK_MONOTONIC) }
    )

    private static func read(_ id: clockid_t) -> UInt64 {
        var time = timespec()
        _ = unsafe clock_gettime(id, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
