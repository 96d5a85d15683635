@testable import Rehearsal

/// Builds what an observer would have seen, in milliseconds.
struct History {
    var observer: Observer
    private static let ms: Int64 = 1_000_000

    init(visitors: Int, capacity: Int? = nil, rate: Int? = nil) {
        observer = Observer(visitors: visitors)
        observer.room.limit(capacity: capacity, rate: rate)
    }

    mutating func note(
        _ visitor: Int,
        _ purpose: Purpose,
        _ sentMs: Int64,
        _ receivedMs: Int64,
        _ reply: Reply
    ) {
        observer.note(
            Observation(
                visitor: visitor,
                purpose: purpose,
                sentNs: sentMs * Self.ms,
                receivedNs: receivedMs * Self.ms,
                reply: reply
            )
        )
    }

    mutating func waiting(
        _ visitor: Int,
        _ purpose: Purpose = .poll,
        _ sentMs: Int64,
        _ receivedMs: Int64,
        ticket: String = "t",
        position: Int? = nil,
        lane: String? = nil
    ) {
        var answer = TicketAnswer(state: .waiting)
        answer.lane = lane
        answer.ticket = ticket
        answer.position = position
        answer.pollAfterMs = 1_000
        note(visitor, purpose, sentMs, receivedMs, .ticket(answer))
    }

    mutating func admitted(
        _ visitor: Int,
        _ purpose: Purpose = .poll,
        _ sentMs: Int64,
        _ receivedMs: Int64,
        expiresAtMs: Int64? = nil,
        lane: String? = nil
    ) {
        var answer = TicketAnswer(state: .admitted)
        answer.lane = lane
        answer.sessionExpiresAtMs = expiresAtMs
        note(visitor, purpose, sentMs, receivedMs, .ticket(answer))
    }

    func promise(_ code: String) -> Promise? {
        LinePromises(observer: observer).all.first { $0.code == code }
    }

    func verdict(_ code: String) -> Promise.Verdict? { promise(code)?.verdict }
}
