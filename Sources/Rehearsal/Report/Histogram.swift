/// Latencies in buckets that grow with the value: at most 1/64 = 1.6 % wrong, 15 KiB whatever is
/// recorded.
struct Histogram: Sendable {
    private static let subBuckets = 64
    /// 64 exact values, then 64 buckets for each further power of two up to 2^36 us (19 h).
    private static let bucketCount = subBuckets * 31
    private static let largest: Int64 = (1 << 36) - 1

    private var buckets = [Int](repeating: 0, count: bucketCount)
    private(set) var count = 0
    private(set) var largestUs: Int64 = 0

    mutating func record(us value: Int64) {
        let value = min(max(0, value), Self.largest)
        buckets[Self.bucket(of: value)] += 1
        count += 1
        largestUs = max(largestUs, value)
    }

    /// The value below or at which `part` of all values lie: the upper edge of its bucket, nil if
    /// empty.
    func quantile(_ part: Double) -> Int64? {
        guard count > 0 else { return nil }
        let rank = max(1, Int((part * Double(count)).rounded(.up)))
        var seen = 0
        for (index, number) in buckets.enumerated() {
            seen += number
            if seen >= rank { return min(Self.upperEdge(of: index), largestUs) }
        }
        return largestUs
    }

    private static func bucket(of value: Int64) -> Int {
        guard value >= subBuckets else { return Int(value) }
        // 64...127 is power 6: shift 0, and 64 buckets behind the exact ones.
        let shift = 63 - value.leadingZeroBitCount - 6
        return subBuckets * (shift + 1) + Int(value >> Int64(shift)) - subBuckets
    }

    private static func upperEdge(of bucket: Int) -> Int64 {
        guard bucket >= subBuckets else { return Int64(bucket) }
        let shift = bucket / subBuckets - 1
        let base = Int64(bucket % subBuckets + subBuckets)
        return ((base + 1) << Int64(shift)) - 1
    }
}
