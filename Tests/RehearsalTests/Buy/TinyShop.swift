import Foundation
import JSON
import Synchronization

@testable import Rehearsal

/// A sale for tests, with or without a room: honest, or with one promise broken on purpose.
final class TinyShop: Sendable {
    enum Fault: Sendable {
        case none, sellsTwice, forgetsKeys, chargesRefused, believesLies, letsEverybodyIn
        case hidesHolds, refundsTwice
    }

    private struct Payment {
        var user: String
        var hold: String
        var seats: [Int]
        var isCancelled = false
    }

    private struct State {
        var balances: [String: Int] = [:]
        var holds: [String: (user: String, seats: [Int])] = [:]
        var owners: [String: String] = [:]
        var held: [Int: String] = [:]
        var sold: [Int: String] = [:]
        var payments: [String: Payment] = [:]
        var keys: [String: (fingerprint: String, answer: TinyServer.Answer)] = [:]
        var counter = 0
    }

    static let price = 10
    private let state = Mutex(State())
    private let room: TinyRoom?
    private let seats: Int
    private let fault: Fault

    init(seats: Int, room: TinyRoom? = nil, fault: Fault = .none) {
        (self.seats, self.room, self.fault) = (seats, room, fault)
    }

    func answer(_ call: TinyServer.Call) -> TinyServer.Answer {
        if call.path.contains("/rooms/") { return room?.answer(call) ?? problem(404, "not_found") }
        return state.withLock { state in
            let user = call.headers["x-user-id"] ?? ""
            let name = call.path.dropFirst("/api/v1/".count)
            let parts = name.split(separator: "/").map(String.init)
            switch (call.method, parts.first, parts.last) {
            case ("GET", "concerts", "concerts"): return .json(200, #"[{"concert":"c"}]"#)
            case ("GET", "concerts", _):
                let room = room == nil ? "null" : #""demo""#
                return .json(200, #"[{"performance":"evening","room":\#(room)}]"#)
            case ("GET", _, "seats"): return map(call, state)
            case ("GET", _, "points"):
                return .json(200, #"{"balance":\#(state.balances[user] ?? 0)}"#)
            case ("GET", _, "payments"): return list(user, state)
            case ("DELETE", "holds", let token?): return release(token, user, &state)
            case ("POST", _, "holds"): return hold(call, user, &state)
            case ("POST", _, _):
                return keyed(call, user, &state) { change(call, parts, user, &$0) }
            default: return problem(404, "not_found")
            }
        }
    }

    private func keyed(
        _ call: TinyServer.Call,
        _ user: String,
        _ state: inout State,
        _ work: (inout State) -> TinyServer.Answer
    ) -> TinyServer.Answer {
        guard let key = call.headers["idempotency-key"] else {
            return fault == .believesLies ? work(&state) : problem(400, "invalid_request")
        }
        let fingerprint = call.path + call.body
        if fault != .forgetsKeys, let known = state.keys[user + " " + key] {
            return known.fingerprint == fingerprint
                ? known.answer : problem(422, "idempotency_mismatch")
        }
        let answer = work(&state)
        state.keys[user + " " + key] = (fingerprint, answer)
        return answer
    }

    private func change(
        _ call: TinyServer.Call,
        _ parts: [String],
        _ user: String,
        _ state: inout State
    ) -> TinyServer.Answer {
        let fields = JSONValue(object: Array(call.body.utf8))
        switch parts.last {
        case "charges":
            guard let amount = fields?.whole("amount"), (1...1 << 53).contains(amount) else {
                return problem(400, "invalid_request")
            }
            state.balances[user, default: 0] += amount
            return .json(201, #"{"balance":\#(state.balances[user] ?? 0)}"#)
        case "cancel": return cancel(parts[1], user, &state)
        default: return pay(fields?.string("hold") ?? "", user, &state)
        }
    }

    private func hold(_ call: TinyServer.Call, _ user: String, _ state: inout State)
        -> TinyServer.Answer
    {
        let wanted = JSONValue(object: Array(call.body.utf8))?["seats"]?.array ?? []
        let numbers = wanted.compactMap { $0.integer.map { Int($0) } }
        guard !numbers.isEmpty, Set(numbers).count == numbers.count,
            numbers.allSatisfy({ (1...seats).contains($0) })
        else { return problem(400, "invalid_request") }
        if fault != .letsEverybodyIn, let room, !room.isInside(user) {
            return problem(403, "not_admitted")
        }
        if state.sold.count == seats { return problem(410, "performance_sold_out") }
        let own = state.held.values.count { $0 == user } + state.sold.values.count { $0 == user }
        guard own + numbers.count <= 4 else { return problem(409, "seat_limit") }
        let taken = numbers.filter {
            state.sold[$0] != nil || (fault != .sellsTwice && state.held[$0] != nil)
        }
        guard taken.isEmpty else {
            return .json(409, #"{"code":"seats_taken","taken":\#(taken)}"#)
        }
        state.counter += 1
        let token = "hold-with-a-long-seal-\(state.counter)"
        state.holds[token] = (user, numbers)
        state.owners[token] = user
        for seat in numbers { state.held[seat] = user }
        let text =
            #"{"hold":"\#(token)","performance":"evening","seats":\#(numbers),"#
            + #""amount":\#(numbers.count * Self.price),"expiresAt":"\#(stamp(after: 300))"}"#
        return .json(201, text)
    }

    private func release(_ token: String, _ user: String, _ state: inout State)
        -> TinyServer.Answer
    {
        guard state.owners[token] == user || fault == .believesLies else {
            return problem(403, "forbidden")
        }
        guard let hold = state.holds[token] else { return .json(204, "") }
        for seat in hold.seats { state.held[seat] = nil }
        state.holds[token] = nil
        return .json(204, "")
    }

    private func pay(_ token: String, _ user: String, _ state: inout State) -> TinyServer.Answer {
        guard let hold = state.holds[token] else { return problem(409, "hold_expired") }
        guard hold.user == user || fault == .believesLies else { return problem(403, "forbidden") }
        let amount = hold.seats.count * Self.price
        guard state.balances[user] ?? 0 >= amount else {
            if fault == .chargesRefused { state.balances[user, default: 0] -= 1 }
            return problem(402, "insufficient_points")
        }
        state.balances[user, default: 0] -= amount
        for seat in hold.seats {
            state.held[seat] = nil
            state.sold[seat] = user
        }
        if fault != .forgetsKeys { state.holds[token] = nil }
        state.counter += 1
        let payment = "payment-\(state.counter)"
        state.payments[payment] = Payment(user: user, hold: token, seats: hold.seats)
        room?.end(user)
        let text =
            #"{"payment":"\#(payment)","hold":"\#(token)","performance":"evening","#
            + #""seats":\#(hold.seats),"amount":\#(amount),"#
            + #""balance":\#(state.balances[user] ?? 0),"paidAt":"\#(stamp(after: 0))"}"#
        return .json(201, text)
    }

    private func cancel(_ id: String, _ user: String, _ state: inout State) -> TinyServer.Answer {
        guard let payment = state.payments[id], payment.user == user else {
            return problem(404, "not_found")
        }
        if !payment.isCancelled || fault == .refundsTwice {
            state.balances[user, default: 0] += payment.seats.count * Self.price
            if !payment.isCancelled { for seat in payment.seats { state.sold[seat] = nil } }
            state.payments[id]?.isCancelled = true
        }
        let balance = state.balances[user] ?? 0
        return .json(200, #"{"payment":"\#(id)","state":"cancelled","balance":\#(balance)}"#)
    }

    private func map(_ call: TinyServer.Call, _ state: State) -> TinyServer.Answer {
        let entries = (1...seats).map { seat in
            let isHeld = state.held[seat] != nil && fault != .hidesHolds
            let name = state.sold[seat] != nil ? "sold" : isHeld ? "held" : "free"
            return #"{"number":\#(seat),"state":"\#(name)","price":\#(Self.price)}"#
        }
        let body = #"{"performance":"evening","seats":[\#(entries.joined(separator: ","))]}"#
        let etag = "\"\(body.hashValue)\""
        if call.headers["if-none-match"] == etag { return .json(304, "") }
        return .json(200, body, headers: ["ETag: " + etag])
    }

    private func list(_ user: String, _ state: State) -> TinyServer.Answer {
        let entries = state.payments.filter { $0.value.user == user }.map { id, payment in
            #"{"payment":"\#(id)","hold":"\#(payment.hold)","performance":"evening","#
                + #""seats":\#(payment.seats),"amount":\#(payment.seats.count * Self.price),"#
                + #""state":"\#(payment.isCancelled ? "cancelled" : "paid")"}"#
        }
        return .json(200, "[" + entries.joined(separator: ",") + "]")
    }

    private func stamp(after seconds: Double) -> String {
        Date(timeIntervalSinceNow: seconds).formatted(
            Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        )
    }

    private func problem(_ status: Int, _ code: String) -> TinyServer.Answer {
        .json(status, #"{"type":"about:blank","title":"","status":\#(status),"code":"\#(code)"}"#)
    }
}
