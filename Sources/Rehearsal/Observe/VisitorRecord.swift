/// What was seen of one visitor, folded from all observations: bounds that hold in spite of every
/// delay on the way. A field is nil until it was seen.
struct VisitorRecord: Sendable {
    /// When the first attempt to enter was sent, also if it got no answer: the visitor may be in
    /// the line from here on.
    var enterSentNs: Int64?
    /// The first answer that showed a place: the visitor is in the line by then.
    var enterReceivedNs: Int64?
    /// The latest request that was answered `waiting`: not admitted before it was sent.
    var waitingSentNs: Int64?
    /// The first `admitted`: admitted by then.
    var admittedReceivedNs: Int64?
    /// The latest request that was answered `admitted`: still inside when it was sent.
    var insideSentNs: Int64?
    /// As the first `admitted` said it, on the server's clock.
    var sessionExpiresAtMs: Int64?
    /// The first answer after the admission that says the visitor is not inside.
    var outsideReceivedNs: Int64?
    /// The first attempt to end the session or to leave the line.
    var endSentNs: Int64?
    /// When the end was answered with yes.
    var endReceivedNs: Int64?
    /// Whether every request came in time for the server: never later after the one before than two
    /// of the poll intervals it had asked for. Failures and naps make it false.
    var keptPolling = true
    /// Answers in which the position was higher than in an earlier answer, while polling was kept.
    var positionGrowths = 0
    /// Answers `waiting` to requests sent after the admission had been received, before any end.
    var demotions = 0
    /// Honest tickets that the server called invalid.
    var honestRefusals = 0
    /// Answers to enter that showed a place.
    var clicks = 0
    /// Answers that show a second place of the same visitor.
    var secondPlaces = 0
    /// What the visitor was told of the wait; of very many every second one is forgotten.
    private(set) var told: [ToldWait] = []
    private(set) var withoutEstimate = 0
    private(set) var reasons: [String: Int] = [:]
    /// 128 x 16 B.
    private static let toldMax = 128

    /// Has an open event stream, which keeps the place without requests.
    var isListening = false
    /// Was told by an event stream at some time.
    var hasListened = false
    var lastSeen: LastSeen?
    /// The lane in which the visitor stands or stood; nil where the room has none.
    var lane: String?
    /// What the first attempt to enter was given, to compare with what a double click is given.
    var firstTicket: String?
    /// A failure in between may have had the server renew its tickets.
    var ticketsAreComparable = true

    struct LastSeen: Sendable {
        var sentNs: Int64
        var receivedNs: Int64
        var pollAfterMs: Int
        var position: Int?
    }

    /// Folds `observation` in. Observations of one visitor come in the order they were received.
    mutating func note(_ observation: Observation) {
        switch observation.purpose {
        case .enter: enterSentNs = earlier(enterSentNs, observation.sentNs)
        case .leave, .done:
            endSentNs = earlier(endSentNs, observation.sentNs)
            if case .accepted = observation.reply {
                endReceivedNs = earlier(endReceivedNs, observation.receivedNs)
            }
            return
        case .lie, .enterElsewhere: return
        case .event: noteStream(observation.reply)
        case .enterAgain, .poll: break
        }
        switch observation.reply {
        case .ticket(let answer): note(answer, observation)
        case .refused(let status, let code, _):
            if status == 403, code == "ticket_invalid" { honestRefusals += 1 }
            // A visitor that has to enter again did not keep polling.
            if status == 403 || status == 404 { keptPolling = false }
            ticketsAreComparable = false
        case .accepted, .unreadable, .nothing: ticketsAreComparable = false
        }
    }

    private mutating func noteStream(_ reply: Reply) {
        if case .ticket = reply {
            isListening = true
            hasListened = true
        } else {
            isListening = false
        }
    }

    private mutating func note(_ answer: TicketAnswer, _ observation: Observation) {
        if observation.purpose == .enter || observation.purpose == .enterAgain { clicks += 1 }
        switch answer.state {
        case .waiting: noteWaiting(answer, observation)
        case .admitted:
            if admittedReceivedNs == nil { sessionExpiresAtMs = answer.sessionExpiresAtMs }
            enterReceivedNs = earlier(enterReceivedNs, observation.receivedNs)
            admittedReceivedNs = earlier(admittedReceivedNs, observation.receivedNs)
            insideSentNs = later(insideSentNs, observation.sentNs)
        case .skipped: keptPolling = false
        case .done, .left, .expired: break
        }
        if answer.state != .admitted, let admitted = admittedReceivedNs,
            observation.sentNs >= admitted
        {
            outsideReceivedNs = earlier(outsideReceivedNs, observation.receivedNs)
        }
        noteSeen(answer, observation)
    }

    private mutating func noteWaiting(_ answer: TicketAnswer, _ observation: Observation) {
        enterReceivedNs = earlier(enterReceivedNs, observation.receivedNs)
        // After the admission nobody is overtaken: a click that crosses the end of the visit takes
        // a new place.
        if observation.sentNs < admittedReceivedNs ?? .max {
            waitingSentNs = later(waitingSentNs, observation.sentNs)
        }
        if let admitted = admittedReceivedNs, observation.sentNs >= admitted, endSentNs == nil {
            demotions += 1
        }
        noteEstimate(answer, observation)
        guard observation.purpose == .enter || observation.purpose == .enterAgain,
            !answer.ticket.isEmpty
        else { return }
        guard let first = firstTicket else {
            firstTicket = answer.ticket
            return
        }
        guard ticketsAreComparable, answer.ticket != first else { return }
        if observation.purpose == .enter {
            // Two clicks at once must be given one ticket.
            secondPlaces += 1
        } else if let last = lastSeen, keptPolling, observation.sentNs >= last.receivedNs,
            let before = last.position, let position = answer.position, position > before
        {
            // Later the ticket may have been renewed, but not for a place further back.
            secondPlaces += 1
        }
    }

    private mutating func noteEstimate(_ answer: TicketAnswer, _ observation: Observation) {
        if let reason = answer.estimateReason { reasons[reason, default: 0] += 1 }
        guard let estimate = answer.estimate else {
            withoutEstimate += 1
            return
        }
        if told.count == Self.toldMax {
            told = told.indices.filter { $0.isMultiple(of: 2) }.map { told[$0] }
        }
        told.append(
            ToldWait(
                receivedNs: observation.receivedNs,
                minS: Int32(estimate.lowerBound),
                maxS: Int32(estimate.upperBound)
            )
        )
    }

    private mutating func noteSeen(_ answer: TicketAnswer, _ observation: Observation) {
        if let lane = answer.lane {
            // Another lane is another line.
            if self.lane != nil, self.lane != lane { keptPolling = false }
            self.lane = lane
        }
        if let last = lastSeen {
            // A stream keeps its visitor in the line without requests; after the admission nobody
            // can be overtaken any more.
            let gapNs = observation.receivedNs - last.sentNs
            if !isListening, admittedReceivedNs == nil,
                gapNs > Int64(last.pollAfterMs) * 2_000_000
            {
                keptPolling = false
            }
            if keptPolling, observation.sentNs >= last.receivedNs, let before = last.position,
                let position = answer.position, position > before
            {
                positionGrowths += 1
            }
        }
        guard observation.sentNs >= lastSeen?.sentNs ?? .min else { return }
        lastSeen = LastSeen(
            sentNs: observation.sentNs,
            receivedNs: observation.receivedNs,
            pollAfterMs: answer.pollAfterMs ?? Visitor.pollAfterDefaultMs,
            position: answer.position
        )
    }

    private func earlier(_ known: Int64?, _ new: Int64) -> Int64 { min(known ?? new, new) }
    private func later(_ known: Int64?, _ new: Int64) -> Int64 { max(known ?? new, new) }
}
