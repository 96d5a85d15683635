/// What a buyer makes of answers whose outcome is known.
extension Buyer {
    mutating func decide(_ reply: ShopReply) -> Step {
        switch activity {
        case .funding: return funded(reply)
        case .lying: return start(.checking, [.balance])
        case .checking: return checked()
        case .looking:
            guard case .map(let view) = reply else { return finish(.refused) }
            return choose(view)
        case .holding: return held(reply)
        case .releasing: return finish(.released)
        case .paying: return paid()
        case .cancelling: return cancelled(reply)
        case .outside, .queueing, .gone: return .rest
        }
    }

    mutating func begin() -> Step {
        let short = plan.funds == .enough ? 0 : 1
        let amount = plan.funds == .none ? 0 : terms.price * plan.seats - short
        guard amount > 0 else { return prepared() }
        return start(.funding, [.charge(amount, key: newKey())])
    }

    private mutating func funded(_ reply: ShopReply) -> Step {
        guard case .balance = reply else { return finish(.refused) }
        return hold == nil ? prepared() : pay()
    }

    private mutating func prepared() -> Step {
        if let lie = plan.lie, lie.time == .beforeHold, !hasLied {
            hasLied = true
            return start(.lying, [.lie(lie)])
        }
        return start(.looking, [.look])
    }

    /// The account was looked at, after a lie or a payment that was refused.
    private mutating func checked() -> Step {
        if receipt != nil { return afterPayment() }
        guard let hold else { return start(.looking, [.look]) }
        charges += 1
        guard charges <= Self.chargesMax else { return finish(.refused) }
        guard hold.amount > balance else {
            // The charge that went along came after the payment; else the refusal was wrong.
            guard plan.payment == .withCharge else { return finish(.refused) }
            plan.payment = .once
            return pay()
        }
        return start(.funding, [.charge(hold.amount - balance, key: newKey())])
    }

    private mutating func choose(_ view: SeatView) -> Step {
        let isFirst = choices == 0
        choices += 1
        if view.sold == view.states.count { return finish(ended(.soldOut)) }
        guard choices <= Self.choicesMax else { return finish(ended(.gaveUp)) }
        let seats = view.choose(count: plan.seats, isDescending: plan.isDescending, &random)
        guard !seats.isEmpty else { return later(Self.lookAgainMs, .looking, [.look]) }
        // A further choice is faster, at a random time.
        let ms = isFirst ? plan.lookMs : Int(random.next() % UInt64(Self.choosingMs))
        return later(ms, .holding, [.hold(seats)])
    }

    private mutating func held(_ reply: ShopReply) -> Step {
        switch reply {
        case .held(let seats): return goOn(seats)
        case .taken: return start(.looking, [.look])
        case .refused(403, "not_admitted", _):
            guard isBuyingAgain, terms.hasRoom, !hasQueuedAgain else {
                return finish(ended(.notAdmitted))
            }
            hasQueuedAgain = true
            activity = .queueing
            return .queueAgain
        case .refused(409, "seat_limit", _) where plan.seats > 1:
            plan.seats -= 1
            return start(.looking, [.look])
        case .refused(410, _, _): return finish(ended(.soldOut))
        default: return finish(ended(.refused))
        }
    }

    private mutating func goOn(_ seats: HeldSeats) -> Step {
        if isBuyingAgain { return later(plan.payMs, .paying, payment()) }
        switch plan.ending {
        case .pays: return later(plan.payMs, .paying, payment())
        case .releases: return later(plan.payMs, .releasing, [.release])
        case .vanishes: return finish(.abandoned)
        case .paysLate:
            guard let ms = seats.lastsMs, ms <= Self.lateMaxMs else { return finish(.abandoned) }
            return later(ms, .paying, [.pay(key: newKey())])
        }
    }

    private mutating func pay() -> Step { start(.paying, payment()) }

    private mutating func payment() -> [Errand] {
        payRefusal = ""
        let first = Errand.pay(key: newKey())
        switch plan.payment {
        case .once, .twoKeysInTurn: return [first]
        case .twiceAtOnce: return [first, first]
        case .twoKeysAtOnce: return [first, .pay(key: newKey())]
        case .withCharge: return [first, .charge(1, key: newKey())]
        }
    }

    private mutating func paid() -> Step {
        if receipt != nil { return afterPayment() }
        switch payRefusal {
        case "insufficient_points": return start(.checking, [.balance])
        case "hold_expired":
            hold = nil
            if plan.ending == .paysLate { return finish(.tooLate) }
            return start(.looking, [.look])
        default: return finish(ended(.refused))
        }
    }

    private mutating func afterPayment() -> Step {
        guard let receipt else { return finish(.refused) }
        if plan.payment == .twoKeysInTurn, !hasPaidAgain {
            hasPaidAgain = true
            return start(.paying, [.pay(key: newKey())])
        }
        if let lie = plan.lie, lie.time == .afterPayment, !hasLied, receipt.amount > 0 {
            hasLied = true
            return start(.lying, [.lie(lie)])
        }
        if plan.cancel != .never, !isBuyingAgain {
            return later(plan.payMs, .cancelling, [.cancel(key: newKey())])
        }
        return finish(.bought)
    }

    private mutating func cancelled(_ reply: ShopReply) -> Step {
        cancels += 1
        if cancels == 1, case .refused = reply { return finish(.refused) }
        if cancels == 1, plan.cancel == .twiceOneKey {
            return start(.cancelling, [.cancel(key: keys)])
        }
        if cancels == 1, plan.cancel == .twiceTwoKeys {
            return start(.cancelling, [.cancel(key: newKey())])
        }
        guard plan.buysAgain else { return finish(.cancelled) }
        isBuyingAgain = true
        (hold, receipt, choices) = (nil, nil, 0)
        plan.payment = .once
        return start(.looking, [.look])
    }
}
