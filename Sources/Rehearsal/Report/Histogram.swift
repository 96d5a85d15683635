import JSON

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

extension Histogram {
    private static let quantiles = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99)]

    var text: String {
        Self.quantiles.map { "\($0.0) \(Figures.duration(us: quantile($0.1)))" }
            .joined(separator: ", ")
    }

    static let header = row("latency", ["count", "p50", "p90", "p99", "max"])

    func row(_ name: String) -> String {
        let cells = Self.quantiles.map { Figures.duration(us: quantile($0.1)) }
        return Self.row(name, [String(count)] + cells + [Figures.duration(us: largestUs)])
    }

    private static func row(_ name: String, _ cells: [String]) -> String {
        Figures.padded(name, 11) + cells.map { Figures.right($0, 11) }.joined()
    }

    func write(_ name: String, _ json: inout JSONWriter) {
        json.name(escaping: name)
        json.beginObject()
        json.field("count", count)
        json.figure("p50Ms", quantile(0.5).map { Double($0) / 1_000 })
        json.figure("p90Ms", quantile(0.9).map { Double($0) / 1_000 })
        json.figure("p99Ms", quantile(0.99).map { Double($0) / 1_000 })
        json.figure("maxMs", Double(largestUs) / 1_000)
        json.endObject()
    }
}
