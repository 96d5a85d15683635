import Engines
import EventLoop

extension Rounds {
    /// How much later than it is due a list is counted, at most: 5 s of 5 min.
    private static let countEveryMs = 5_000

    /// Has the best sellers counted anew by schedule. One a process, on its first loop: whichever
    /// process comes first counts.
    static func popular(_ popular: PopularStore, on loop: EventLoop) -> Rounds {
        Rounds(everyMs: countEveryMs, on: loop) {
            // What could not be counted is due in the next round, and shown as it was meanwhile.
            await Background.popular.attempt { try await popular.refresh() }
        }
    }
}
