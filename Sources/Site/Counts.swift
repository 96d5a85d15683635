import EventLoop

/// What a server has sold and refused since its start.
package struct Counts: Sendable, Equatable {
    /// What a capability counts as sold; it gives the names.
    package struct Kind: Hashable, Sendable {
        package let name: String

        package init(_ name: String) { self.name = name }
    }

    /// Answers that said yes; an answer given again counts again.
    package var done: [Kind: Int] = [:]
    /// By the contract's code.
    package var refused: [String: Int] = [:]
    /// Requests beyond a rate.
    package var limited: [Limited: Int] = [:]
    /// Requests whose client's address could not be read.
    package var unreadableForwarded = 0

    package struct Limited: Hashable, Sendable {
        package let kind: RateClass
        package let subject: RateLimits.Subject
    }

    package init() {}

    package static func + (left: Counts, right: Counts) -> Counts {
        var sum = left
        sum.done.merge(right.done, uniquingKeysWith: +)
        sum.refused.merge(right.refused, uniquingKeysWith: +)
        sum.limited.merge(right.limited, uniquingKeysWith: +)
        sum.unreadableForwarded += right.unreadableForwarded
        return sum
    }
}

/// Counts for one loop.
package actor Counter: OnLoop {
    package nonisolated let loop: EventLoop
    package private(set) var counts = Counts()

    init(on loop: EventLoop) { self.loop = loop }

    /// On the loop, as all handlers are.
    package nonisolated func count(_ kind: Counts.Kind) {
        assumeIsolated { $0.counts.done[kind, default: 0] += 1 }
    }

    nonisolated func count(_ limited: Counts.Limited) {
        assumeIsolated { $0.counts.limited[limited, default: 0] += 1 }
    }

    nonisolated func countUnreadableForwarded() {
        assumeIsolated { $0.counts.unreadableForwarded += 1 }
    }

    nonisolated func count(_ refusal: Refusal) {
        assumeIsolated { $0.counts.refused[refusal.code, default: 0] += 1 }
    }
}
