/// How far ahead the ledger leases a room's sequences: no visitor is given one above the lease, and
/// a new generation starts above it, whatever became of Redis, its clock and all processes.
enum SequenceLease {
    /// Five minutes of the clock. Renewed when half of it is left: 10,000 rooms are 67 small writes
    /// a second. So much may sequences be ahead of the clock after a loss.
    static let blockUs: Int64 = 300_000_000

    /// What to lease at `nowMs` of Redis's clock, when sequences up to `sequence` were given.
    static func next(_ nowMs: Int64, above sequence: Int64) -> Int64 {
        max(nowMs * 1_000, sequence) + blockUs
    }

    static func isLow(_ lease: Int64, _ nowMs: Int64, _ sequence: Int64) -> Bool {
        lease - max(nowMs * 1_000, sequence) < blockUs / 2
    }
}
