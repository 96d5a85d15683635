import EventLoop

/// Sessions that Redis has confirmed to this loop: until one ends or needs a sign of life written,
/// the loop answers for it.
struct HeldSessions {
    private struct Held {
        var hardEndMs: Int64
        /// From then on Redis is asked again.
        var untilMs: Int64
    }

    /// Sessions remembered: 65,536 x ~40 B are 3 MB a room and loop.
    private static let heldMax = 65_536

    private var held = Bounded<Int64, Held>(heldMax)
    /// Who ended while answers about sessions were on their way.
    private var ended: Set<Int64> = []
    private var asking = 0
    /// Counts how often all was forgotten.
    private var epoch = 0

    /// The hard end of a session that runs at `nowMs`; nil: ask Redis.
    func hardEndMs(_ sequence: Int64, atMs nowMs: Int64) -> Int64? {
        guard let session = held[sequence], nowMs < session.untilMs else { return nil }
        return session.hardEndMs
    }

    mutating func end(_ sequence: Int64) {
        held[sequence] = nil
        if asking > 0 { ended.insert(sequence) }
    }

    /// Ends that were missed may concern anybody.
    mutating func forgetAll() {
        held.removeAll()
        epoch += 1
    }

    /// Redis is being asked about sessions; `confirm` wants to know since when.
    mutating func beginAsking() -> Int {
        asking += 1
        return epoch
    }

    mutating func endAsking() {
        asking -= 1
        if asking == 0 { ended.removeAll() }
    }

    /// Redis has said at `nowMs` that the session runs, and has written the sign of life if there
    /// is an idle limit: it writes one when an eighth of the limit has passed.
    mutating func confirm(
        _ sequence: Int64,
        hardEndMs: Int64,
        idleMs: Int64,
        atMs nowMs: Int64,
        askedIn epoch: Int
    ) {
        guard epoch == self.epoch, !ended.contains(sequence) else { return }
        let untilMs = idleMs == 0 ? hardEndMs : min(hardEndMs, nowMs + idleMs / 8)
        held[sequence] = Held(hardEndMs: hardEndMs, untilMs: untilMs)
    }
}
