/// Who waits for a reply, in the order in which Redis answers.
///
/// A plain array and a head index: entries are trivial values, so a command allocates nothing here.
@safe struct ReplyQueue {
    typealias Outcome = Result<RedisValue, RedisError>
    typealias Continuation = UnsafeContinuation<Outcome, Never>

    @safe struct Waiter {
        let sentNs: UInt64
        private let continuation: Continuation

        init(sentNs: UInt64, _ continuation: Continuation) {
            self.sentNs = sentNs
            unsafe self.continuation = continuation
        }

        /// The task goes on in a later job of the loop, never inside this call.
        func resume(_ outcome: Outcome) { unsafe continuation.resume(returning: outcome) }
    }

    private var waiters: [Waiter] = []
    private var head = 0

    /// Answered entries that may stay in front before the rest moves down.
    private static let slack = 4_096

    var count: Int { waiters.count - head }
    var oldestSentNs: UInt64? { head < waiters.count ? waiters[head].sentNs : nil }

    mutating func append(_ waiter: Waiter) { waiters.append(waiter) }

    mutating func popFirst() -> Waiter? {
        guard head < waiters.count else { return nil }
        let waiter = waiters[head]
        head += 1
        if head == waiters.count {
            waiters.removeAll(keepingCapacity: true)
            head = 0
        } else if head == Self.slack {
            waiters.removeFirst(head)
            head = 0
        }
        return waiter
    }
}
