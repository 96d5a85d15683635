/// Token buckets in a table of fixed size: nothing is allocated after it was made, whoever asks.
///
/// A bucket is the instant at which it is full again (the generic cell rate algorithm of ATM's
/// TM 4.0 in its virtual scheduling form): one that is full is as good as absent, so it needs no
/// sweep. Four places share a row; where all are taken, the one that is full first makes room. An
/// attacker with more addresses than places gets more than its rate, nobody gets less.
struct TokenBuckets {
    /// Places of one loop: 131,072 x 16 B are 2 MiB.
    static let placesMax = 131_072
    private static let ways = 4

    private struct Bucket {
        var key: UInt64 = 0
        var fullAtNs: UInt64 = 0
    }

    private var buckets: [Bucket]
    private let rows: UInt64

    init(places: Int = placesMax) {
        precondition(places >= Self.ways && places % Self.ways == 0, "no rows")
        buckets = Array(repeating: Bucket(), count: places)
        rows = UInt64(places / Self.ways)
    }

    /// Takes a token of `key`, which is a hash that strangers cannot work out. The answer is 0, or
    /// for how many ns there is none.
    mutating func take(_ key: UInt64, _ limit: RateLimit, nowNs: UInt64) -> UInt64 {
        let row = Int(key % rows) * Self.ways
        var place = row
        for index in row..<row + Self.ways {
            if buckets[index].key == key {
                place = index
                break
            }
            if buckets[index].fullAtNs < buckets[place].fullAtNs { place = index }
        }
        let tokenNs = 1_000_000_000 / UInt64(limit.perSecond)
        let known = buckets[place].key == key ? buckets[place].fullAtNs : 0
        let fullAtNs = max(known, nowNs) + tokenNs
        let spanNs = tokenNs * UInt64(limit.burst)
        if fullAtNs > nowNs + spanNs { return fullAtNs - nowNs - spanNs }
        buckets[place] = Bucket(key: key, fullAtNs: fullAtNs)
        return 0
    }
}
