import JSON
import Synchronization

@testable import Rehearsal

/// One coupon for tests: honest, or with one promise broken on purpose.
final class TinyCoupon: Sendable {
    enum Fault: Sendable {
        case none, oneTooMany, twoForOne, twoYes, forgets, skipsANumber, repeatsANumber
        case otherNumber, soldOutEarly, growingCount, sameCount, believesLies
    }

    private struct State {
        /// nil: nobody has made it yet.
        var quantity: Int?
        /// Numbers by owner.
        var owned: [String: [Int]] = [:]
        var issued = 0
        var documents = 0
        /// How many more claims get no answer, by user.
        var silent: [String: Int] = [:]
        /// Owners whose 201 has not been sent.
        var unheard: Set<String> = []
        /// Who was told to come again because the first claim was in flight.
        var busy: Set<String> = []
    }

    static let key = "key"
    static let id = "early"
    private let state: Mutex<State>
    private let fault: Fault
    private let isBusyAtFirst: Bool

    /// `silentTo`: so many claims of a user take effect and are answered when who hangs up has
    /// done so. One that was given up before it came here leaves its silence to the next, which
    /// waits and is heard.
    init(
        quantity: Int?,
        fault: Fault = .none,
        silentTo: [String: Int] = [:],
        isBusyAtFirst: Bool = false
    ) {
        state = Mutex(State(quantity: quantity, silent: silentTo))
        self.fault = fault
        self.isBusyAtFirst = isBusyAtFirst
    }

    /// How many own a coupon whose 201 they did not wait for. For after the rehearsal: nobody waits
    /// any more.
    var unheard: Int { state.withLock { $0.unheard.count } }

    func answer(_ call: TinyServer.Call) -> TinyServer.Answer {
        state.withLock { state in
            let user = call.headers["x-user-id"]
            switch (call.method, call.path) {
            case ("PUT", "/admin/v1/coupons/early"): return put(call, &state)
            case ("GET", "/api/v1/coupons/early"): return document(&state)
            case ("GET", "/api/v1/users/me/coupons"):
                return user.map { list($0, state) } ?? problem(401, "unauthenticated")
            case ("POST", "/api/v1/coupons/early/claims"):
                guard let user = user ?? (fault == .believesLies ? "somebody" : nil) else {
                    return problem(401, "unauthenticated")
                }
                let answer = claim(user, &state)
                guard let silent = state.silent[user], silent > 0 else { return answer }
                state.silent[user] = silent - 1
                guard case .json(let status, let body, _) = answer else { return answer }
                if status == 201 { state.unheard.insert(user) }
                return .late(2, status: status, body) { [self] in
                    guard status == 201 else { return }
                    _ = self.state.withLock { $0.unheard.remove(user) }
                }
            default: return problem(404, "not_found")
            }
        }
    }

    private func put(_ call: TinyServer.Call, _ state: inout State) -> TinyServer.Answer {
        guard call.headers["authorization"] == "Bearer " + Self.key else {
            return problem(401, "unauthenticated")
        }
        let fields = JSONValue(object: Array(call.body.utf8))
        guard let quantity = fields?.whole("quantity"), fields?.string("name") != nil,
            fields?.whole("discountAmount") != nil
        else { return problem(400, "invalid_request") }
        state.quantity = quantity
        return .json(200, "{}")
    }

    private func document(_ state: inout State) -> TinyServer.Answer {
        guard let quantity = state.quantity else { return problem(404, "not_found") }
        state.documents += 1
        // The first look is before anybody came.
        let hidden =
            fault == .growingCount && state.documents.isMultiple(of: 2)
            ? min(state.issued, quantity) / 2 : 0
        let issued = state.issued - hidden
        let text =
            #"{"coupon":"early","name":"Early","quantity":\#(quantity),"issued":\#(issued),"#
            + #""remaining":\#(max(0, quantity - issued)),"#
            + #""state":"\#(issued >= quantity ? "finished" : "open")"}"#
        return .json(200, text)
    }

    private func claim(_ user: String, _ state: inout State) -> TinyServer.Answer {
        guard let quantity = state.quantity else { return problem(404, "not_found") }
        if isBusyAtFirst, state.busy.insert(user).inserted {
            return problem(409, "in_progress", headers: ["Retry-After: 1"])
        }
        if let own = state.owned[user], let sequence = own.first, fault != .twoForOne {
            if fault == .twoYes { return issued(sequence, quantity - state.issued) }
            let told = fault == .otherNumber ? sequence + 1 : sequence
            return .json(409, #"{"code":"coupon_already_claimed","sequence":\#(told)}"#)
        }
        let limit =
            switch fault {
            case .oneTooMany: quantity + 1
            case .soldOutEarly: quantity - 1
            default: quantity
            }
        guard state.issued < limit else { return problem(410, "coupon_sold_out") }
        state.issued += 1
        var sequence = state.issued
        if fault == .skipsANumber, sequence >= 10 { sequence += 1 }
        if fault == .repeatsANumber, sequence == 10 { sequence = 9 }
        // Says yes to everybody, and does not write one down.
        if fault != .forgets || sequence != 10 { state.owned[user, default: []].append(sequence) }
        let remaining = quantity - state.issued
        return issued(sequence, fault == .sameCount ? max(1, remaining) : remaining)
    }

    private func issued(_ sequence: Int, _ remaining: Int) -> TinyServer.Answer {
        .json(
            201,
            #"{"coupon":"early","sequence":\#(sequence),"remaining":\#(remaining),"#
                + #""claimedAt":"2026-12-24T09:00:00.000Z"}"#
        )
    }

    private func list(_ user: String, _ state: State) -> TinyServer.Answer {
        let items = (state.owned[user] ?? []).map { sequence in
            #"{"coupon":"early","sequence":\#(sequence),"#
                + #""claimedAt":"2026-12-24T09:00:00.000Z","usedAt":null}"#
        }
        return .json(200, "[" + items.joined(separator: ",") + "]")
    }

    private func problem(
        _ status: Int,
        _ code: String,
        headers: [String] = []
    ) -> TinyServer.Answer {
        .json(
            status,
            #"{"type":"about:blank","title":"","status":\#(status),"code":"\#(code)"}"#,
            headers: headers
        )
    }
}
