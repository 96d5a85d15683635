public import EventLoop

extension Rounds {
    /// A key is forgotten this much later than it may be, at most.
    private static let sweepEveryMs = 60_000

    /// Takes out of the ledger what is over: answers to idempotency keys after 24 h, samples of
    /// ranks after a week. One a process, on its first loop; that several do the same is harmless.
    public static func housekeeping(_ ledger: SaleLedger, on loop: EventLoop) -> Rounds {
        Rounds(everyMs: sweepEveryMs, on: loop) {
            // In entries of 500 rows, so that no sale waits long for it. A ledger that is away is
            // swept in a later round.
            while !Task.isCancelled,
                await Background.housekeeping.attempt({
                    try await ledger.pruneAnswers(nowMs: loop.clock.wallMs())
                }) == true
            {}
            while !Task.isCancelled,
                await Background.housekeeping.attempt({
                    try await ledger.pruneSamples(nowMs: loop.clock.wallMs())
                }) == true
            {}
        }
    }
}
