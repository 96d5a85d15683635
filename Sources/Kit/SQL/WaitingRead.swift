import Synchronization

/// A read on its way through a reader's queue, and whether somebody still waits for it.
@safe struct WaitingRead: Sendable {
    typealias Outcome = Result<[SQLResult], SQLError>

    /// Why a read is not done.
    enum Refusal {
        /// Its task was cancelled: the client has gone.
        case abandoned
        /// It waited too long for its turn.
        case expired

        var error: SQLError {
            switch self {
            case .abandoned: .unavailable("nobody waits for this read")
            case .expired: .busy("not read within \(ReadLimits.waitMaxMs) ms")
            }
        }

        func count(in statistics: inout SQLStatistics) {
            switch self {
            case .abandoned: statistics.readsAbandoned += 1
            case .expired: statistics.readsExpired += 1
            }
        }
    }

    /// Whether the asking task was cancelled; any thread may say so.
    final class Asker: Sendable {
        private let gone = Atomic(false)
        var hasGone: Bool { gone.load(ordering: .relaxed) }
        func leave() { gone.store(true, ordering: .relaxed) }
    }

    let statements: [SQL]
    let askedNs: UInt64
    private let asker: Asker
    private let continuation: UnsafeContinuation<Outcome, Never>

    init(
        _ statements: [SQL],
        _ askedNs: UInt64,
        _ asker: Asker,
        _ continuation: UnsafeContinuation<Outcome, Never>
    ) {
        self.statements = statements
        self.askedNs = askedNs
        self.asker = asker
        unsafe self.continuation = continuation
    }

    /// Why it is not worth doing at `nowNs`; nil: it is.
    func refusal(atNs nowNs: UInt64) -> Refusal? {
        if asker.hasGone { return .abandoned }
        let limitNs = UInt64(ReadLimits.waitMaxMs) * 1_000_000
        return nowNs >= askedNs + limitNs ? .expired : nil
    }

    func answer(_ outcome: Outcome) { unsafe continuation.resume(returning: outcome) }
}
