extension RoomKeeper {
    /// What the keeper remembers of one room.
    struct Kept {
        var isTicking = false
        /// To be looked at again at once: something has come up during the look.
        var isWanted = false
        /// Until then it is looked at each second, by the loop's clock.
        var awakeUntilMs: Int64 = 0
        /// The room's version up to which its journal was read.
        var followed: Int64 = -1
        var log = RoomLog()
        /// What the last look has told; nil: Redis does not have the room, or nobody has looked.
        var seen: Seen?
        /// The opening of Redis in which this process saw the room first.
        var knownSince: Int?
        /// What the ledger is known to have.
        var recorded: Recorded?
        /// Sequences that this process has leased and not told Redis.
        var lease: Int64 = 0
        /// The journal in Redis ends before what the ledger has of it.
        var isOlderThanLedger = false
        var isInUpkeep = false
        /// Not before then is the ledger asked again, after it failed.
        var ledgerDueMs: Int64 = 0

        struct Seen: Equatable {
            var nowMs: Int64
            var generation: Int64
            var sequence: Int64
            var lease: Int64
            var state: RoomState
            var waiting: Int64
            var inside: Int64
            var skipped: Int64
            var returned: Int64
            var admittedLast60s: Int64
            var totals: Totals
            /// Nothing happens in it by itself, and nobody waits.
            var isResting: Bool
            /// When it leaves Redis; 0: it stays.
            var retiresAtMs: Int64
        }

        /// Since the room was made.
        struct Totals: Equatable {
            var admitted: Int64
            var done: Int64
            var left: Int64
            var expired: Int64
            var waitMs: Int64
        }

        struct Recorded: Equatable {
            var revision: Int64
            var generation: Int64

            init(_ known: KnownRoom) {
                revision = known.revision
                generation = known.generation
            }
        }
    }
}
