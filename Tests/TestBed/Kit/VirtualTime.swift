import EventLoop
import Synchronization

/// A clock that stands until it is set.
final class VirtualTime: Sendable {
    /// 2027-01-15 08:00 UTC, a Friday.
    static let startMs: Int64 = 1_800_000_000_000

    private let ms = Mutex<Int64>(startMs)

    func set(_ value: Int64) { ms.withLock { $0 = value } }

    var clock: Clock {
        let read: @Sendable () -> Int64 = { self.ms.withLock { $0 } }
        return Clock(wallMs: read, monotonicNs: { UInt64(read()) * 1_000_000 })
    }
}
