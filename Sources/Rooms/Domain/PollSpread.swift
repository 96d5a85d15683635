/// Spreads the polls of a wave of visitors, so that it does not stay a wave.
enum PollSpread {
    /// `pollMs` plus or minus up to 10 %, always the same for one place in line (`sequence`).
    static func apply(_ pollMs: Int64, _ sequence: Int64) -> Int64 {
        pollMs * (900 + sequence % 997 * 200 / 997) / 1000
    }
}
