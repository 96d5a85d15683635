import Engines
import EventLoop

/// What a ledger keeps for a time only.
package protocol Pruned: Ledger {
    /// Deletes some of what is over, in one entry; true: there may be more.
    func prune(nowMs: Int64) async throws(StoreError) -> Bool
}

extension Rounds {
    /// A row is deleted this much later than it may be, at most.
    private static let pruneEveryMs = 60_000

    /// Takes out of the ledgers what is over. One a process, on its first loop; that several do the
    /// same is harmless.
    package static func housekeeping(_ ledgers: [any Pruned], on loop: EventLoop) -> Rounds {
        Rounds(everyMs: pruneEveryMs, on: loop) {
            // In entries of 500 rows, so that no sale waits long for it. A ledger that is away is
            // swept in a later round.
            for ledger in ledgers {
                while !Task.isCancelled,
                    await Background.housekeeping.attempt({
                        try await ledger.prune(nowMs: loop.clock.wallMs())
                    }) == true
                {}
            }
        }
    }
}
