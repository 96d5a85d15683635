import Foundation
import JSON

/// What a visitor may be told, by all that they and the model know.
extension LineFuzz {
    /// Redis's clock is read between the two ends of a request; a copy of a line may be as old as
    /// the request before.
    private static let slackMs: Int64 = 60
    /// A visitor who asks later than this after they were told to does not count as faithful.
    private static let lateMaxMs: Int64 = 1_500
    /// A change of the stock reaches the room through the relay.
    static let relayMs: Int64 = 4_000

    func fault(_ room: FuzzRoom, _ text: String) -> LineFault {
        LineFault(
            description: "seed \(seed), \(room.name): \(text)\n"
                + room.trace.joined(separator: "\n")
        )
    }

    /// Learns an answer about a visitor's place; throws what cannot be true.
    func hear(
        _ answer: Answer,
        _ visitor: FuzzVisitor,
        _ room: FuzzRoom,
        _ span: FuzzSpan,
        entering: Bool = false
    ) throws {
        answers += 1
        room.note(
            "\(span.from)-\(span.to) \(visitor.name) \(entering ? "enters" : "asks"): "
                + "\(answer.status) \(answer.code ?? summary(answer.json))"
        )
        if visitor.phase == .waiting || visitor.phase == .inside,
            span.from - visitor.dueMs > Self.lateMaxMs
        {
            visitor.isFaithful = false
        }
        if let code = answer.code { return try refused(code, answer, visitor, room, span) }
        guard (200...202).contains(answer.status), let json = answer.json,
            let state = json["state"]?.string
        else { throw fault(room, "\(visitor.name) was told \(answer.status) \(answer.text)") }
        visitor.ticket = json["ticket"]?.string
        switch state {
        case "waiting", "skipped":
            try waits(json, state, visitor, room, span, entering)
        case "admitted": try isInside(json, visitor, room, span, entering)
        default: try isOver(state, visitor, room, span)
        }
        visitor.told = span
        if visitor.stream == nil { visitor.hasListened = false }
        let pollMs = json["pollAfterMs"]?.integer
        visitor.dueMs = span.to + (pollMs ?? 5_000)
        if case .over = visitor.phase { visitor.dueMs = .max }
    }

    func summary(_ json: JSONValue?) -> String {
        let fields = ["state", "lane", "position", "pollAfterMs", "sessionExpiresAt"].compactMap {
            name in
            json?[name].map { "\(name)=\($0.string ?? $0.integer.map { "\($0)" } ?? "null")" }
        }
        return fields.joined(separator: " ")
    }

    private func refused(
        _ code: String,
        _ answer: Answer,
        _ visitor: FuzzVisitor,
        _ room: FuzzRoom,
        _ span: FuzzSpan
    ) throws {
        let changed = span.from - room.stockMs < Self.relayMs
        switch code {
        case "room_sold_out" where room.isSoldOut || changed:
            if visitor.isInLine, answer.header("Retry-After") != "30" {
                throw fault(room, "\(visitor.name) in a sold-out line has no Retry-After")
            }
            visitor.dueMs = span.to + 30_000
        case "room_closed" where room.state == "closed": visitor.dueMs = span.to + 1_000
        case "room_closed" where room.state == "draining":
            guard !visitor.isInLine else { throw fault(room, "\(visitor.name) may stay in line") }
        default: throw fault(room, "\(visitor.name) was told \(code)")
        }
        if visitor.phase == .inside { try isOver("expired", visitor, room, span) }
        // A session that is over has made a newcomer of them, who was refused.
        visitor.told = span
        if !visitor.isInLine { visitor.dueMs = .max }
    }

    private func waits(
        _ json: JSONValue,
        _ state: String,
        _ visitor: FuzzVisitor,
        _ room: FuzzRoom,
        _ span: FuzzSpan,
        _ entering: Bool
    ) throws {
        let wasWaiting = visitor.phase == .waiting
        if visitor.phase == .inside { try isOver("expired", visitor, room, span) }
        if !wasWaiting {
            guard entering else {
                throw fault(room, "\(visitor.name) waits again without having entered")
            }
            room.newPlace(visitor, span.to)
        }
        let position = json["position"]?.integer
        if !room.weights.isEmpty, let lane = json["lane"]?.string, lane != visitor.lane {
            throw fault(room, "\(visitor.name) is in \(lane), the model has \(visitor.lane)")
        }
        if state == "skipped" {
            if wasWaiting, visitor.isFaithful, !visitor.isBack {
                throw fault(room, "\(visitor.name) asked as told and was passed over")
            }
            if !visitor.isBack { room.regrownMs = span.to }
            visitor.isBack = true
        } else if wasWaiting, let old = visitor.position, let position, position > old,
            room.regrownMs < visitor.told.from
        {
            throw fault(room, "\(visitor.name)'s position grew from \(old) to \(position)")
        }
        if room.isDraw, span.to < room.openingMs, position != nil {
            throw fault(room, "\(visitor.name) has a position before the draw")
        }
        visitor.position = position
        visitor.isFaithful = true
    }

    private func isInside(
        _ json: JSONValue,
        _ visitor: FuzzVisitor,
        _ room: FuzzRoom,
        _ span: FuzzSpan,
        _ entering: Bool
    ) throws {
        guard let text = json["sessionExpiresAt"]?.string, let ends = Self.ms(text) else {
            throw fault(room, "\(visitor.name) is inside without an end")
        }
        let slack = Self.slackMs
        if visitor.phase == .inside, visitor.endsAtMs != ends, !entering {
            throw fault(room, "\(visitor.name)'s session ends at \(ends), not \(visitor.endsAtMs)")
        }
        if span.from > ends + slack {
            throw fault(room, "\(visitor.name)'s session is over and goes on")
        }
        if visitor.phase == .inside, visitor.endsAtMs == ends {
            if let idle = room.idle, room.idleMs < visitor.told.from, !visitor.hasListened,
                span.from - visitor.told.to > idle * 1_125 + 2 * slack
            {
                throw fault(room, "\(visitor.name) was silent for longer than the idle limit")
            }
            return
        }
        // Let in since they last asked, or just now.
        let hadPlace = visitor.phase == .waiting
        guard hadPlace || entering else {
            throw fault(room, "\(visitor.name) is inside without having entered")
        }
        guard span.to >= room.openingMs else {
            throw fault(room, "\(visitor.name) is inside before the opening")
        }
        if room.sessionMs < (hadPlace ? visitor.told.from : span.from) {
            let session = room.session * 1_000
            let isShort = ends < span.from + session - slack
            if ends > span.to + session + slack
                || isShort && !visitor.hasListened && (visitor.isFaithful || !hadPlace)
            {
                throw fault(
                    room,
                    "\(visitor.name)'s session ends \(ends - span.to) ms after it was heard of"
                )
            }
        }
        if !hadPlace { visitor.visits += 1 }
        visitor.phase = .inside
        visitor.position = nil
        visitor.isBack = false
        visitor.endsAtMs = ends
        visitor.heardInsideMs = span.to
        visitor.isFaithful = true
        admissions += 1
    }

    private func isOver(
        _ state: String,
        _ visitor: FuzzVisitor,
        _ room: FuzzRoom,
        _ span: FuzzSpan
    ) throws {
        switch visitor.phase {
        case .over: return
        case .out: throw fault(room, "\(visitor.name) is \(state) and never came")
        case .waiting where state == "expired" && (!visitor.isFaithful || visitor.hasListened):
            break
        case .waiting:
            throw fault(room, "\(visitor.name) asked as told and heard \(state) in line")
        case .inside:
            let isEnded = span.to >= visitor.endsAtMs - Self.slackMs
            let idle = min(room.idle ?? .max / 2_000, room.idleBefore ?? .max / 2_000)
            let isIdle = span.to - visitor.told.from >= idle * 1_000 - Self.slackMs
            guard state == "expired", isEnded || isIdle else {
                throw fault(room, "\(visitor.name) heard \(state) inside")
            }
        }
        visitor.phase = .over(state)
        visitor.isBack = false
    }

    static func ms(_ text: String) -> Int64? {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        guard let date = try? style.parse(text) else { return nil }
        return Int64((date.timeIntervalSince1970 * 1_000).rounded())
    }
}
