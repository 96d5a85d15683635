import EventLoop

/// Callers who wait until a consumer of the outbox has been given what they have committed.
///
/// What was committed before a call is numbered by the first full round that begins after it; the
/// highest number then is the one to wait for.
final class DeliveryWaits {
    private final class Wait {
        let consumer: String
        let mark: UInt64
        let caller: PatientCaller
        /// Nil: it is not numbered yet.
        var number: Int64?

        init(_ consumer: String, _ mark: UInt64, _ caller: PatientCaller) {
            self.consumer = consumer
            self.mark = mark
            self.caller = caller
        }
    }

    /// 10,000 x ~200 B are 2 MB; who comes then does not wait.
    private static let waitsMax = 10_000

    private var waits: [ObjectIdentifier: Wait] = [:]
    /// Counts the calls: a round that begins at a mark has seen what was committed by all below.
    private(set) var mark: UInt64 = 0

    /// True: the consumer has been given it. False: it has not within `ms`, or it has failed.
    /// Rings the bell of the rounds once the next one counts for this caller.
    func wait(for consumer: String, ms: Int, ringing bell: Bell, on loop: EventLoop) async -> Bool {
        guard waits.count < Self.waitsMax else { return false }
        return await unsafe withUnsafeContinuation { continuation in
            let caller = unsafe PatientCaller(continuation)
            let wait = Wait(consumer, mark, caller)
            mark += 1
            waits[ObjectIdentifier(wait)] = wait
            caller.timer = LoopTimer(on: loop, afterMs: ms) {
                self.end(wait, false)
            }
            bell.ring()
        }
    }

    /// All that was committed before the round that began at `mark` has a number up to `latest`.
    func numbered(all latest: Int64, before mark: UInt64) {
        for wait in waits.values where wait.number == nil && wait.mark < mark {
            wait.number = latest
        }
    }

    func delivered(to cursor: Int64, _ consumer: String) {
        for wait in waits.values where wait.consumer == consumer {
            if let number = wait.number, number <= cursor { end(wait, true) }
        }
    }

    func failed(_ consumer: String) {
        for wait in waits.values where wait.consumer == consumer { end(wait, false) }
    }

    private func end(_ wait: Wait, _ hasHappened: Bool) {
        waits[ObjectIdentifier(wait)] = nil
        wait.caller.resume(hasHappened)
    }
}
