import JSON

/// What a visitor makes of a response.
enum Reply: Equatable, Sendable {
    /// The visitor's ticket, as enter, status and the event stream answer it.
    case ticket(TicketAnswer)
    /// 2xx without a ticket: a leave or a done that was taken.
    case accepted
    case refused(status: Int, code: String, retryAfterMs: Int?)
    /// 2xx that cannot be read: the server's fault.
    case unreadable(status: Int)
    case nothing(ExchangeFailure)

    init(_ response: Response) {
        if let failure = response.failure {
            self = .nothing(failure)
        } else if response.status == 204 {
            self = .accepted
        } else if response.isYes {
            let ticket = TicketAnswer(response.body)
            self = ticket.map { .ticket($0) } ?? .unreadable(status: response.status)
        } else {
            let code = response.object?.string("code") ?? ""
            let retryAfterMs = response.retryAfterMs
            self = .refused(status: response.status, code: code, retryAfterMs: retryAfterMs)
        }
    }

    /// Whether waiting and asking again is what this reply asks for.
    var isTemporary: Bool {
        switch self {
        case .nothing, .unreadable: true
        case .refused(let status, _, _): Response.isTemporary(status)
        case .ticket, .accepted: false
        }
    }
}

/// The part of a ticket's answer that a rehearsal uses.
struct TicketAnswer: Equatable, Sendable {
    enum State: String, Sendable { case waiting, admitted, skipped, done, left, expired }

    var state: State
    var ticket = ""
    /// Nil where the room has none.
    var lane: String?
    var position: Int?
    var pollAfterMs: Int?
    var estimate: ClosedRange<Int>?
    var estimateReason: String?
    /// On the server's clock.
    var sessionExpiresAtMs: Int64?
}

extension TicketAnswer {
    /// nil if `bytes` are not a ticket's answer.
    init?(_ bytes: [UInt8]) {
        guard let fields = JSONValue(object: bytes),
            let state = fields.string("state").flatMap(State.init(rawValue:))
        else { return nil }
        self.init(state: state)
        ticket = fields.string("ticket") ?? ""
        lane = fields.string("lane")
        position = fields.whole("position")
        pollAfterMs = fields.whole("pollAfterMs")
        if let told = fields["estimatedWaitSeconds"], let least = told.whole("min"),
            let most = told.whole("max"), 0 <= least, least <= most, most <= Int32.max
        {
            estimate = least...most
        }
        estimateReason = fields.string("estimateReason")
        sessionExpiresAtMs = fields.milliseconds("sessionExpiresAt")
    }
}
