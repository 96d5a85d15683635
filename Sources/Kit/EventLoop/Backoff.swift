/// Pauses between attempts: exponential with full jitter.
public struct Backoff: Sendable {
    let minMs: Int
    let maxMs: Int
    private var failures = 0

    public init(minMs: Int, maxMs: Int) {
        precondition(0 < minMs && minMs <= maxMs, "a backoff needs 0 < min <= max")
        self.minMs = minMs
        self.maxMs = maxMs
    }

    /// Drawn from `1...min(maxMs, minMs * 2^failures)`.
    public mutating func nextMs(using random: inout some RandomNumberGenerator) -> Int {
        // Beyond 2^20 the product is over any sensible maximum; stopping there avoids overflow.
        let ceiling = min(maxMs, minMs << min(failures, 20))
        failures += 1
        return Int.random(in: 1...ceiling, using: &random)
    }

    public mutating func reset() { failures = 0 }
}
