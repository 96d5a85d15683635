/// How a visit for a coupon ended.
enum ClaimFate: String, CaseIterable, Sendable {
    case got
    /// Was told only afterwards that it has one: the 201 was lost on the way, or it came before.
    case alreadyHad
    case soldOut, notStarted, ended
    /// An answer that no rule of the contract explains.
    case refused
    /// Never got an outcome, however often it asked.
    case stuck
}

/// One visitor who wants the coupon: takes what happens, answers what to do next. No clock, no
/// sockets in here; its pauses come from its own seeded numbers.
struct Claimer: Sendable {
    /// What the caller does now. Timers and answers come back as `wake` and `heard`.
    enum Step: Equatable, Sendable {
        /// Sends the claim so many times at once, and hangs up if told to.
        case claim(copies: Int, hangUpMs: Int?)
        case lie(ClaimLie)
        case sleep(ms: Int)
        case rest
        case finish
    }

    enum Phase: UInt8, Sendable {
        case away, lying, claiming
        /// Has an outcome, and will come back.
        case pausing
        case claimingAgain, gone
    }

    /// A longer `Retry-After` is cut to this.
    static let retryAfterMaxMs = 30_000

    let plan: ClaimPlan
    let retries: Int
    private(set) var phase = Phase.away
    private(set) var fate: ClaimFate?
    private var outstanding = 0
    private var tries = 0
    private var outcome: ClaimReply?
    /// The longest that an answer of this round asked to wait.
    private var waitMs = 0
    private var random: SeededRandom

    init(plan: ClaimPlan, retries: Int) {
        self.plan = plan
        self.retries = retries
        random = SeededRandom(seed: plan.jitterSeed)
    }

    mutating func wake() -> Step {
        switch phase {
        case .away:
            guard let lie = plan.lie else { return claimFirst() }
            phase = .lying
            return .lie(lie)
        case .lying: return plan.lie.map { .lie($0) } ?? claimFirst()
        case .pausing:
            phase = .claimingAgain
            tries = 0
            return send(copies: 1, hangUpMs: nil)
        case .claiming, .claimingAgain: return send(copies: 1, hangUpMs: nil)
        case .gone: return .rest
        }
    }

    mutating func heardLie(_ reply: ClaimReply) -> Step {
        guard phase == .lying else { return .rest }
        guard reply.isTemporary else { return claimFirst() }
        waitMs = reply.retryAfterMs ?? 0
        return tries < retries ? backOff() : claimFirst()
    }

    mutating func heard(_ reply: ClaimReply) -> Step {
        guard phase == .claiming || phase == .claimingAgain else { return .rest }
        outstanding -= 1
        if reply.isTemporary {
            waitMs = max(waitMs, reply.retryAfterMs ?? 0)
        } else if outcome?.tells ?? 0 <= reply.tells {
            outcome = reply
        }
        guard outstanding == 0 else { return .rest }
        if let outcome { return settle(outcome) }
        if tries < retries { return backOff() }
        return finish(reply.fate == .notStarted ? .notStarted : .stuck)
    }

    private mutating func claimFirst() -> Step {
        phase = .claiming
        tries = 0
        return send(copies: plan.copies, hangUpMs: plan.hangUpMs)
    }

    private mutating func send(copies: Int, hangUpMs: Int?) -> Step {
        outstanding = copies
        outcome = nil
        waitMs = 0
        return .claim(copies: copies, hangUpMs: hangUpMs)
    }

    private mutating func settle(_ outcome: ClaimReply) -> Step {
        guard phase == .claiming, let returnMs = plan.returnMs else { return finish(outcome.fate) }
        fate = outcome.fate
        phase = .pausing
        return .sleep(ms: returnMs)
    }

    private mutating func finish(_ last: ClaimFate) -> Step {
        phase = .gone
        // The first visit counts, unless only the second got a coupon.
        if fate == nil || last == .got { fate = last }
        return .finish
    }

    /// Doubles with each try; up to half is added by chance, so that they do not all come back in
    /// the same instant.
    private mutating func backOff() -> Step {
        let ms = max(Pauses.ms(afterFailures: tries), min(waitMs, Self.retryAfterMaxMs))
        tries += 1
        return .sleep(ms: ms + Int(random.unit() * Double(ms) / 2))
    }
}

extension ClaimReply {
    /// Of several answers at once, the one that tells the most is the outcome.
    fileprivate var tells: Int {
        switch self {
        case .issued: 3
        case .alreadyClaimed: 2
        default: 1
        }
    }

    fileprivate var fate: ClaimFate {
        switch self {
        case .issued: .got
        case .alreadyClaimed: .alreadyHad
        case .refused(_, Self.soldOutCode, _): .soldOut
        case .refused(_, Self.notStartedCode, _): .notStarted
        case .refused(_, "coupon_ended", _): .ended
        default: .refused
        }
    }
}
