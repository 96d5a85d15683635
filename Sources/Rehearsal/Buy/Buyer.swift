/// How a purchase ended.
enum BuyerFate: String, CaseIterable, Sendable {
    case bought, cancelled, released, abandoned
    /// Paid after the hold's end and was refused.
    case tooLate
    case soldOut
    /// Chose again and again, and somebody else was always faster.
    case gaveUp
    case notAdmitted
    /// An answer that no rule of the contract explains to an honest buyer.
    case refused
    /// No outcome, however often it was asked for.
    case stuck
    /// The visitor had to go before the end.
    case cutOff
}

/// One buyer, from the admission to the receipt: takes what happens, answers what to do next. No
/// clock, no sockets in here; its choices come from its own seeded numbers.
struct Buyer: Sendable {
    /// What the caller does now. Timers and answers come back as `wake` and `heard`.
    enum Step: Equatable, Sendable {
        case run([Errand])
        case sleep(ms: Int)
        /// Another answer is still on its way, or it is not this buyer's turn.
        case rest
        /// Wants to be let in once more.
        case queueAgain
        case finish(BuyerFate)
    }

    enum Activity: UInt8, Sendable {
        case outside, funding, lying, checking, looking, holding, releasing, paying, cancelling
        case queueing, gone
    }

    static let choicesMax = 30
    static let lookAgainMs = 1_000
    /// Times an errand without an outcome is sent again: with the pauses, 70 s or so.
    static let repeatsMax = 20
    /// A late payer does not wait longer than this for the hold to end.
    static let lateMaxMs = 60_000
    static let chargesMax = 4
    static let choosingMs = 300

    let terms: SaleTerms
    var plan: BuyerPlan
    var activity = Activity.outside
    var fate: BuyerFate?
    var hold: HeldSeats?
    var receipt: ReceiptAnswer?
    /// The key that the receipt came for.
    var paidKey = 0
    /// As the last answer told it.
    var balance = 0
    var random: SeededRandom
    var next: [Errand] = []
    var outstanding = 0
    /// Errands of the present step whose outcome is open.
    var unsettled: [Errand] = []
    var retryAfterMs = 0
    var failures = 0
    var keys = 0
    var choices = 0
    var charges = 0
    var cancels = 0
    var payRefusal = ""
    var hasLied = false
    var hasPaidAgain = false
    var isBuyingAgain = false
    var hasQueuedAgain = false

    init(plan: BuyerPlan, terms: SaleTerms, random: SeededRandom) {
        self.plan = plan
        self.terms = terms
        self.random = random
    }

    // MARK: Events

    mutating func admitted() -> Step {
        switch activity {
        case .outside: return begin()
        case .queueing: return start(.looking, [.look])
        default: return .rest
        }
    }

    mutating func visitorGone() {
        guard activity != .gone else { return }
        fate = activity == .outside ? nil : isBuyingAgain ? .cancelled : .cutOff
        activity = .gone
    }

    mutating func wake() -> Step {
        guard activity != .gone, activity != .queueing, outstanding == 0, !next.isEmpty else {
            return .rest
        }
        let errands = next
        next = []
        return run(errands)
    }

    mutating func heard(_ reply: ShopReply, to errand: Errand) -> Step {
        guard activity != .gone, outstanding > 0 else { return .rest }
        outstanding -= 1
        if reply.isTemporary {
            unsettled.append(errand)
            retryAfterMs = max(retryAfterMs, reply.retryAfterMs ?? 0)
        } else {
            take(reply, errand)
        }
        guard outstanding == 0 else { return .rest }
        if let open = unsettled.popLast() { return repeatLater(open) }
        failures = 0
        return decide(reply)
    }

    /// How soon the connection is to be broken under `errand`, once.
    mutating func takeHangUp(_ errand: Errand) -> Int? {
        guard case .pay = errand, let ms = plan.hangUpMs else { return nil }
        plan.hangUpMs = nil
        return ms
    }

    // MARK: Facts

    private mutating func take(_ reply: ShopReply, _ errand: Errand) {
        switch (errand, reply) {
        case (.pay(let key), .paid(let answer)):
            if receipt == nil { paidKey = key }
            receipt = receipt ?? answer
            balance = answer.balance
        case (.pay, .refused(_, let code, _)): payRefusal = code
        case (.lie, _): break
        case (_, .cancelled(_, let balance)), (_, .balance(let balance)): self.balance = balance
        case (_, .held(let seats)): hold = seats
        default: break
        }
    }

    /// The same errand with the same key; a hold has no key, so the buyer looks what became of it.
    private mutating func repeatLater(_ errand: Errand) -> Step {
        // Both of a pair may be open: one is enough if they are the same.
        let others = unsettled.filter { $0 != errand }
        unsettled = []
        failures += 1
        guard failures <= Self.repeatsMax else { return finish(.stuck) }
        let ms = max(Pauses.ms(afterFailures: failures - 1), retryAfterMs)
        retryAfterMs = 0
        if case .hold = errand {
            activity = .looking
            next = [.look]
        } else {
            next = [errand] + others
        }
        return .sleep(ms: ms + Int(random.next() % UInt64(ms / 2 + 1)))
    }

    // MARK: Steps

    /// `cancelled`: the buyer cancelled, and bought nothing after that.
    func ended(_ fate: BuyerFate) -> BuyerFate { isBuyingAgain ? .cancelled : fate }

    mutating func newKey() -> Int {
        keys += 1
        return keys
    }

    mutating func start(_ activity: Activity, _ errands: [Errand]) -> Step {
        self.activity = activity
        return run(errands)
    }

    private mutating func run(_ errands: [Errand]) -> Step {
        outstanding = errands.count
        return .run(errands)
    }

    mutating func later(_ ms: Int, _ activity: Activity, _ errands: [Errand]) -> Step {
        self.activity = activity
        next = errands
        return .sleep(ms: max(1, ms))
    }

    mutating func finish(_ fate: BuyerFate) -> Step {
        activity = .gone
        self.fate = fate
        return .finish(fate)
    }
}
