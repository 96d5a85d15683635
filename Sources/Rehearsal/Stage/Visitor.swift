/// One visitor: takes what happens, answers what to do next. No clock, no chance, no sockets in
/// here.
struct Visitor: Sendable {
    /// What the caller does now. Timers and requests come back as `wake` and `heard`.
    enum Step: Equatable, Sendable {
        case send(Purpose)
        /// The double click: two requests at once.
        case sendTwice(Purpose)
        case sleep(ms: Int)
        /// Opens the event stream; what it says comes back as `heard(.event)`.
        case listen
        case rest
        case finish(Fate)
    }

    enum Phase: UInt8, Sendable { case away, entering, waiting, inside, ending, gone }

    /// When the server does not say.
    static let pollAfterDefaultMs = 1_000
    /// A listener asks now and then whether the stream has told everything.
    static let listenCheckMs = 15_000
    /// Streams that may end by themselves before the visitor gives up listening.
    private static let streamsMax = 3
    private static let pollAfterMaxMs = 3_600_000

    let plan: VisitorPlan
    let ending: Purpose
    /// Another room is there to get a ticket for a lie from.
    let hasElsewhere: Bool
    /// Stays inside until the shop has let the visitor go.
    let isBuyer: Bool
    /// Without a room everybody is inside at once.
    let hasRoom: Bool

    private(set) var phase = Phase.away
    private(set) var ticket = ""
    private(set) var fate: Fate?
    private var outstanding: UInt8 = 0
    private var failures: UInt8 = 0
    private var waitingAnswers: UInt8 = 0
    private var pollAfterMs = Visitor.pollAfterDefaultMs
    private var insideUntilMs: Int64 = 0
    private var hasLied = false
    private var hasSlept = false
    private var isAsleep = false
    private var hasClickedAgain = false
    private var hasReturned = false
    private var isListening = false
    private var streamsEnded: UInt8 = 0
    /// The session has ended while the buyer was in the shop.
    private var isSessionOver = false
    /// Enters for another purchase; what is seen of that is not part of the first visit.
    private(set) var isBack = false

    init(
        plan: VisitorPlan,
        ending: Purpose = .done,
        hasElsewhere: Bool = false,
        isBuyer: Bool = false,
        hasRoom: Bool = true
    ) {
        self.isBuyer = isBuyer
        self.hasRoom = hasRoom
        self.plan = plan
        self.ending = ending
        self.hasElsewhere = hasElsewhere
    }

    // MARK: Events

    mutating func wake(nowMs: Int64) -> Step {
        isAsleep = false
        switch phase {
        case .away where !hasRoom:
            phase = .inside
            return .rest
        case .away, .entering:
            phase = .entering
            outstanding = plan.isDoubleClicker ? 2 : 1
            return plan.isDoubleClicker ? .sendTwice(.enter) : .send(.enter)
        case .waiting: return wakeWaiting()
        case .inside: return wakeInside(nowMs: nowMs)
        case .ending: return .send(phaseEnding)
        case .gone: return .rest
        }
    }

    /// The answer to a request this visitor sent, or an event of its stream.
    mutating func heard(_ reply: Reply, to purpose: Purpose, nowMs: Int64) -> Step {
        guard phase != .gone else { return .rest }
        // Answers to requests before the end change nothing.
        if phase == .ending, purpose != .leave, purpose != .done { return .rest }
        if purpose == .lie || purpose == .enterElsewhere { return heardLie(reply, purpose) }
        // In the line again, only the new place counts.
        if phase == .entering, purpose != .enter { return .rest }
        if purpose == .enter { outstanding -= 1 }
        if case .ticket(let answer) = reply {
            failures = 0
            take(answer, nowMs: nowMs)
        }
        if outstanding > 0 { return .rest }
        switch reply {
        case .accepted where phase == .ending, .ticket where phase == .ending,
            .refused(404, _, _) where phase == .ending:
            return finish(wasInside ? endingFate : .left)
        case .ticket(let answer):
            return follow(answer, purpose, nowMs: nowMs)
        case .refused(let status, let code, let retryAfterMs):
            return refused(status, code, retryAfterMs, purpose)
        case .accepted, .unreadable, .nothing: return backOff(atLeastMs: 0)
        }
    }

    mutating func streamEnded() -> Step {
        isListening = false
        if streamsEnded < .max { streamsEnded += 1 }
        return phase == .waiting ? backOff(atLeastMs: 0) : .rest
    }

    /// The room is sold out: a sleeper asks again after one poll interval.
    mutating func hearsOfSellOut() -> Step {
        guard isAsleep else { return .rest }
        isAsleep = false
        return .sleep(ms: pollAfterMs)
    }

    mutating func leaveShop(_ how: LeavingShop) -> Step {
        guard phase == .inside else { return .rest }
        switch how {
        case .vanishing: return finish(.vanished)
        case .paid: return finish(.done)
        case .again where hasRoom:
            phase = .entering
            isBack = true
            isSessionOver = false
            insideUntilMs = 0
            outstanding = 1
            return .send(.enter)
        case .again: return .rest
        case .emptyHanded where isSessionOver: return finish(.expired)
        case .emptyHanded where !hasRoom: return finish(.left)
        case .emptyHanded:
            phase = .ending
            return .send(ending)
        }
    }

    // MARK: Waking

    private var isShopping: Bool { isBuyer && phase == .inside }
    private var wasInside: Bool { insideUntilMs != 0 }
    private var phaseEnding: Purpose { wasInside ? ending : .leave }
    private var endingFate: Fate { ending == .done ? .done : .left }

    private mutating func wakeWaiting() -> Step {
        if plan.leaving != .never, waitingAnswers >= plan.leaveAfter {
            guard plan.leaving == .saying else { return finish(.vanished) }
            phase = .ending
            return .send(.leave)
        }
        if let lie = plan.lie, !hasLied { return tell(lie) }
        if plan.isDoubleClicker, !hasClickedAgain, waitingAnswers >= 2 {
            hasClickedAgain = true
            return .send(.enterAgain)
        }
        if plan.sleepAfter > 0, !hasSlept, waitingAnswers >= plan.sleepAfter {
            hasSlept = true
            isAsleep = true
            return .sleep(ms: pollAfterMs * Int(plan.sleepIntervals))
        }
        return .send(.poll)
    }

    private mutating func wakeInside(nowMs: Int64) -> Step {
        if let lie = plan.lie, !hasLied { return tell(lie) }
        if plan.isDoubleClicker, !hasClickedAgain {
            hasClickedAgain = true
            return .send(.enterAgain)
        }
        guard nowMs >= insideUntilMs else { return .send(.poll) }
        phase = .ending
        return .send(ending)
    }

    private mutating func tell(_ lie: VisitorPlan.Lie) -> Step {
        hasLied = true
        return .send(lie == .otherRoom && hasElsewhere ? .enterElsewhere : .lie)
    }

    // MARK: Hearing

    private mutating func take(_ answer: TicketAnswer, nowMs: Int64) {
        if !answer.ticket.isEmpty { ticket = answer.ticket }
        pollAfterMs = min(
            max(1, answer.pollAfterMs ?? Self.pollAfterDefaultMs),
            Self.pollAfterMaxMs
        )
        switch answer.state {
        case .admitted where phase == .entering || phase == .waiting:
            phase = .inside
            insideUntilMs = isBuyer ? .max : nowMs + max(1, Int64(plan.stayMs))
        case .waiting where phase == .entering, .skipped where phase == .entering: phase = .waiting
        default: break
        }
        if answer.state == .waiting, waitingAnswers < .max { waitingAnswers += 1 }
    }

    private mutating func follow(
        _ answer: TicketAnswer,
        _ purpose: Purpose,
        nowMs: Int64
    ) -> Step {
        switch answer.state {
        case .done where isShopping, .left where isShopping, .expired where isShopping:
            // Paying needs no session. The shop tells the rest.
            isSessionOver = true
            return .rest
        case .done, .left, .expired:
            return finish(wasInside ? .expired : .lost)
        case .skipped where !hasReturned:
            hasReturned = true
            return .send(.enterAgain)
        case .waiting where plan.isWatcher && !isListening && streamsEnded < Self.streamsMax:
            isListening = true
            return .listen
        case .waiting, .skipped:
            if purpose == .event { return .rest }
            return .sleep(ms: isListening ? Self.listenCheckMs : pollAfterMs)
        case .admitted:
            return .sleep(ms: Int(min(max(0, insideUntilMs - nowMs), Int64(pollAfterMs))))
        }
    }

    private mutating func heardLie(_ reply: Reply, _ purpose: Purpose) -> Step {
        if reply.isTemporary {
            hasLied = false
            return backOff(atLeastMs: retryAfter(reply))
        }
        // Without a ticket of that room the lie uses a forged one.
        if purpose == .enterElsewhere { return .send(.lie) }
        failures = 0
        // The lie was sent instead of this request.
        return .send(.poll)
    }

    private mutating func refused(
        _ status: Int,
        _ code: String,
        _ retryAfterMs: Int?,
        _ purpose: Purpose
    ) -> Step {
        switch status {
        case 429, 500...599: return backOff(atLeastMs: retryAfterMs ?? 0)
        case 404 where phase == .waiting, 403 where phase == .waiting && code == "ticket_invalid":
            // The server has lost the place: enter again.
            phase = .entering
            ticket = ""
            return backOff(atLeastMs: 0)
        case 403 where isShopping, 404 where isShopping, 409 where isShopping,
            410 where isShopping:
            isSessionOver = true
            return .rest
        case 410: return finish(.soldOut)
        case 409: return finish(.turnedAway)
        default: return finish(.refused)
        }
    }

    private func retryAfter(_ reply: Reply) -> Int {
        guard case .refused(_, _, let ms) = reply else { return 0 }
        return ms ?? 0
    }

    /// Doubles with each failure in a row; a part depends on the visitor, so that they do not all
    /// come back in the same instant.
    private mutating func backOff(atLeastMs: Int) -> Step {
        let ms = max(Pauses.ms(afterFailures: Int(failures)), atLeastMs)
        if failures < .max { failures += 1 }
        return .sleep(ms: ms + ms * Int(plan.arriveMs % 64) / 128)
    }

    private mutating func finish(_ fate: Fate) -> Step {
        phase = .gone
        self.fate = fate
        return .finish(fate)
    }
}
