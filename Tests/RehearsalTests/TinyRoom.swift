import Synchronization

@testable import Rehearsal

/// A waiting room for tests: honest, or with one promise broken on purpose.
final class TinyRoom: Sendable {
    enum Fault: Sendable { case none, overCapacity, unfair, gullible, twoPlaces }

    private struct State {
        var line: [String] = []
        var inside: Set<String> = []
        /// When a visitor was heard of last.
        var seen: [String: ContinuousClock.Instant] = [:]
        var sequence: [String: Int] = [:]
        var clicks = 0
        /// Whose session a payment ended: they may enter again.
        var ended: Set<String> = []
    }

    static let key = "key"
    private let state = Mutex(State())
    private let capacity: Int
    private let fault: Fault

    init(capacity: Int, fault: Fault = .none) {
        self.capacity = capacity
        self.fault = fault
    }

    func answer(_ call: TinyServer.Call) -> TinyServer.Answer {
        state.withLock { state in
            if call.path.hasPrefix("/admin/") { return admin(call, &state) }
            guard call.path.hasPrefix("/api/v1/rooms/demo") || call.path.contains("elsewhere")
            else {
                return problem(404, "not_found")
            }
            if !call.path.contains("/tickets") { return document(state) }
            return visitor(call, &state)
        }
    }

    func isInside(_ user: String) -> Bool { state.withLock { $0.inside.contains(user) } }

    /// A payment ends the session.
    func end(_ user: String) {
        state.withLock { state in
            state.inside.remove(user)
            state.ended.insert(user)
            admit(&state)
        }
    }

    private func admin(_ call: TinyServer.Call, _ state: inout State) -> TinyServer.Answer {
        guard call.headers["authorization"] == "Bearer " + Self.key else {
            return problem(401, "unauthenticated")
        }
        let parts = call.path.split(separator: "/")
        if parts.last == "done" {
            state.inside.remove(String(parts[parts.count - 2]))
            admit(&state)
            return .json(204, "")
        }
        return .json(200, #"{"sessionSeconds":600,"idleSeconds":3,"order":"fifo"}"#)
    }

    private func document(_ state: State) -> TinyServer.Answer {
        let text =
            #"{"room":"demo","state":"open","waiting":\#(state.line.count),"#
            + #""inside":\#(state.inside.count),"capacity":\#(capacity),"rate":null,"#
            + #""admittedLast60s":0,"asOf":"2026-11-21T09:00:00.000Z"}"#
        return .json(200, text)
    }

    private func visitor(_ call: TinyServer.Call, _ state: inout State) -> TinyServer.Answer {
        let user = call.headers["x-user-id"] ?? ""
        if call.path.contains("elsewhere") { return ticket("elsewhere", "admitted") }
        state.seen[user] = .now
        let isKnown = state.sequence[user] != nil
        if let token = call.headers["onsale-ticket"], fault != .gullible {
            guard isKnown, fault == .twoPlaces || token == self.token(user, state) else {
                return problem(403, "ticket_invalid")
            }
        }
        switch call.method {
        case "DELETE":
            state.line.removeAll { $0 == user }
            state.inside.remove(user)
            admit(&state)
            return .json(204, "")
        case "POST" where !isKnown:
            state.sequence[user] = state.sequence.count
            state.line.append(user)
        case "POST":
            state.clicks += 1
            if state.ended.remove(user) != nil { state.line.append(user) }
        default: if !isKnown { return problem(404, "not_found") }
        }
        admit(&state)
        return ticket(
            token(user, state) + (fault == .twoPlaces ? "-\(state.clicks)" : ""),
            state.inside.contains(user)
                ? "admitted" : state.line.contains(user) ? "waiting" : "expired"
        )
    }

    private func admit(_ state: inout State) {
        let now = ContinuousClock.now
        state.inside = state.inside.filter { now - (state.seen[$0] ?? now) < .seconds(3) }
        while state.inside.count < capacity + (fault == .overCapacity ? 2 : 0), !state.line.isEmpty
        {
            state.inside.insert(
                fault == .unfair ? state.line.removeLast() : state.line.removeFirst()
            )
        }
    }

    private func token(_ user: String, _ state: State) -> String {
        "ticket-of-\(user)-with-a-long-seal-\(state.sequence[user] ?? -1)-abcdefgh"
    }

    private func ticket(_ token: String, _ state: String) -> TinyServer.Answer {
        let text = #"{"ticket":"\#(token)","room":"demo","state":"\#(state)","position":null,"#
        return .json(state == "waiting" ? 202 : 200, text + #""pollAfterMs":150}"#)
    }

    private func problem(_ status: Int, _ code: String) -> TinyServer.Answer {
        .json(status, #"{"type":"about:blank","title":"","status":\#(status),"code":"\#(code)"}"#)
    }
}
