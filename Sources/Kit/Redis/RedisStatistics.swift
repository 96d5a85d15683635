/// What a connection has done so far. Those of several connections add up.
public struct RedisStatistics: Equatable, Sendable {
    /// Upper bounds of the latency buckets in microseconds, each twice the one before; one more
    /// bucket takes what is slower than 2.1 s.
    public static let latencyBoundsUs: [Int] = (0..<16).map { 64 << $0 }

    /// Replies received, error replies included.
    public var roundTrips = 0
    /// `write` calls that carried them: far fewer under load.
    public var writes = 0
    /// Commands of callers that wait for their reply now.
    public var inFlight = 0
    public var timeouts = 0
    /// Connections that became available after the first one.
    public var reconnects = 0
    /// Commands turned away unsent: no connection, or a full queue.
    public var refused = 0
    /// Error replies that say that Redis does not do its work now.
    public var refusals = 0
    /// Round trips by latency, one count per bound and one above all.
    public var latencyCounts = [Int](repeating: 0, count: latencyBoundsUs.count + 1)
    public var latencySumNs: UInt64 = 0

    public init() {}

    public static func + (left: RedisStatistics, right: RedisStatistics) -> RedisStatistics {
        var sum = left
        sum.roundTrips += right.roundTrips
        sum.writes += right.writes
        sum.inFlight += right.inFlight
        sum.timeouts += right.timeouts
        sum.reconnects += right.reconnects
        sum.refused += right.refused
        sum.refusals += right.refusals
        for index in sum.latencyCounts.indices {
            sum.latencyCounts[index] += right.latencyCounts[index]
        }
        sum.latencySumNs += right.latencySumNs
        return sum
    }

    mutating func noteLatency(ns: UInt64) {
        roundTrips += 1
        latencySumNs += ns
        latencyCounts[Self.bucket(ofNs: ns)] += 1
    }

    /// The first bucket whose bound is at least `ns`: the place of the highest bit above 64 us.
    static func bucket(ofNs ns: UInt64) -> Int {
        let us = (ns + 999) / 1_000
        guard us > 64 else { return 0 }
        let bit = UInt64.bitWidth - (us - 1).leadingZeroBitCount
        return min(bit - 6, latencyBoundsUs.count)
    }
}
