@testable import Rehearsal

/// Answers and buyers for tests of the machine.
protocol BuyerSteps {}

extension BuyerSteps {
    var view: SeatView { SeatView(states: [.sold, .free, .free, .held, .free], price: 10) }

    func buyer(_ change: (inout BuyerPlan) -> Void = { _ in }) -> Buyer {
        var plan = BuyerPlan(seats: 2, lookMs: 40, payMs: 50)
        change(&plan)
        return Buyer(
            plan: plan,
            terms: SaleTerms(performance: "demo", room: "demo", price: 10, seats: 5, limit: 4),
            random: SeededRandom(seed: 7)
        )
    }

    func held(_ seats: [Int] = [2, 3], lastsMs: Int? = nil) -> ShopReply {
        var held = HeldSeats(token: "h", seats: seats, amount: 10 * seats.count, expiresAtMs: 0)
        held.lastsMs = lastsMs
        return .held(held)
    }

    func receipt(_ payment: String = "p", balance: Int = 0) -> ShopReply {
        .paid(
            ReceiptAnswer(payment: payment, hold: "h", seats: [2, 3], amount: 20, balance: balance)
        )
    }

    func refused(_ status: Int, _ code: String, retryAfterMs: Int? = nil) -> ShopReply {
        .refused(status: status, code: code, retryAfterMs: retryAfterMs)
    }

    /// A buyer who holds two seats and is about to pay.
    func holding(_ change: (inout BuyerPlan) -> Void = { _ in }) -> Buyer {
        var buyer = buyer(change)
        guard case .run(let first) = buyer.admitted() else { return buyer }
        if case .charge = first[0] { _ = buyer.heard(.balance(20), to: first[0]) }
        _ = buyer.heard(.map(view), to: .look)
        _ = buyer.wake()
        _ = buyer.heard(held(), to: .hold([2, 3]))
        return buyer
    }
}
