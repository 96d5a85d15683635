import Testing

@testable import Rehearsal

@Suite struct BuyerTests {
    private let view = SeatView(states: [.sold, .free, .free, .held, .free], price: 10)

    private func buyer(_ change: (inout BuyerPlan) -> Void = { _ in }) -> Buyer {
        var plan = BuyerPlan(seats: 2, lookMs: 40, payMs: 50)
        change(&plan)
        return Buyer(
            plan: plan,
            terms: Buyer.Terms(price: 10, hasRoom: true),
            random: SeededRandom(seed: 7)
        )
    }

    private func held(_ seats: [Int] = [2, 3], lastsMs: Int? = nil) -> ShopReply {
        var held = HeldSeats(token: "h", seats: seats, amount: 10 * seats.count, expiresAtMs: 0)
        held.lastsMs = lastsMs
        return .held(held)
    }

    private func receipt(_ payment: String = "p", balance: Int = 0) -> ShopReply {
        .paid(
            ReceiptAnswer(payment: payment, hold: "h", seats: [2, 3], amount: 20, balance: balance)
        )
    }

    private func refused(_ status: Int, _ code: String, retryAfterMs: Int? = nil) -> ShopReply {
        .refused(status: status, code: code, retryAfterMs: retryAfterMs)
    }

    /// A buyer who holds two seats and is about to pay.
    private func holding(_ change: (inout BuyerPlan) -> Void = { _ in }) -> Buyer {
        var buyer = buyer(change)
        guard case .run(let first) = buyer.admitted() else { return buyer }
        if case .charge = first[0] { _ = buyer.heard(.balance(20), to: first[0]) }
        _ = buyer.heard(.map(view), to: .look)
        _ = buyer.wake()
        _ = buyer.heard(held(), to: .hold([2, 3]))
        return buyer
    }

    @Test func aPlainPurchaseGoesFromPointsToReceipt() {
        var buyer = buyer()
        #expect(buyer.admitted() == .run([.charge(20, key: 1)]))
        #expect(buyer.heard(.balance(20), to: .charge(20, key: 1)) == .run([.look]))
        #expect(buyer.heard(.map(view), to: .look) == .sleep(ms: 40))
        guard case .run(let errands) = buyer.wake(), case .hold(let seats) = errands[0] else {
            return #expect(Bool(false), "no hold")
        }
        #expect(seats.count == 2 && Set(seats).isSubset(of: [2, 3, 5]))
        #expect(buyer.heard(held(seats), to: .hold(seats)) == .sleep(ms: 50))
        #expect(buyer.wake() == .run([.pay(key: 2)]))
        #expect(buyer.heard(receipt(), to: .pay(key: 2)) == .finish(.bought))
        #expect(buyer.fate == .bought)
        #expect(buyer.wake() == .rest)
        #expect(buyer.admitted() == .rest)
    }

    @Test func whoIsPoorPaysAgainWithANewKey() {
        var buyer = buyer { $0.funds = .oneShort }
        #expect(buyer.admitted() == .run([.charge(19, key: 1)]))
        _ = buyer.heard(.balance(19), to: .charge(19, key: 1))
        _ = buyer.heard(.map(view), to: .look)
        _ = buyer.wake()
        _ = buyer.heard(held(), to: .hold([2, 3]))
        #expect(buyer.wake() == .run([.pay(key: 2)]))
        let short = refused(402, "insufficient_points")
        #expect(buyer.heard(short, to: .pay(key: 2)) == .run([.balance]))
        #expect(buyer.heard(.balance(19), to: .balance) == .run([.charge(1, key: 3)]))
        #expect(buyer.heard(.balance(20), to: .charge(1, key: 3)) == .run([.pay(key: 4)]))
        #expect(buyer.heard(receipt(), to: .pay(key: 4)) == .finish(.bought))
    }

    @Test func whoIsRefusedThoughRichIsToldByTheReport() {
        var buyer = holding()
        _ = buyer.wake()
        _ = buyer.heard(refused(402, "insufficient_points"), to: .pay(key: 2))
        #expect(buyer.heard(.balance(20), to: .balance) == .finish(.refused))
    }

    @Test func takenSeatsAreChosenAgainABoundedNumberOfTimes() {
        var buyer = buyer { $0.funds = .none }
        #expect(buyer.admitted() == .run([.look]))
        for _ in 0..<Buyer.choicesMax {
            guard case .sleep = buyer.heard(.map(view), to: .look),
                case .run(let errands) = buyer.wake()
            else { return #expect(Bool(false), "gave up early") }
            #expect(buyer.heard(.taken([2]), to: errands[0]) == .run([.look]))
        }
        #expect(buyer.heard(.map(view), to: .look) == .finish(.gaveUp))
    }

    @Test func aHouseWithoutFreeSeatsIsLookedAtLater() {
        var buyer = buyer { $0.funds = .none }
        _ = buyer.admitted()
        let full = SeatView(states: [.sold, .held], price: 10)
        #expect(buyer.heard(.map(full), to: .look) == .sleep(ms: Buyer.lookAgainMs))
        #expect(buyer.wake() == .run([.look]))
        let gone = SeatView(states: [.sold, .sold], price: 10)
        #expect(buyer.heard(.map(gone), to: .look) == .finish(.soldOut))
    }

    @Test func soldOutAndNotAdmittedEndThePurchase() {
        let ends: [(ShopReply, BuyerFate)] = [
            (refused(410, "performance_sold_out"), .soldOut),
            (refused(403, "not_admitted"), .notAdmitted),
            (refused(404, "not_found"), .refused),
        ]
        for (reply, fate) in ends {
            var buyer = buyer { $0.funds = .none }
            _ = buyer.admitted()
            _ = buyer.heard(.map(view), to: .look)
            _ = buyer.wake()
            #expect(buyer.heard(reply, to: .hold([2, 3])) == .finish(fate))
        }
    }

    @Test func theLimitMakesABuyerModest() {
        var buyer = buyer { $0.funds = .none }
        _ = buyer.admitted()
        _ = buyer.heard(.map(view), to: .look)
        _ = buyer.wake()
        #expect(buyer.heard(refused(409, "seat_limit"), to: .hold([2, 3])) == .run([.look]))
        _ = buyer.heard(.map(view), to: .look)
        guard case .run(let errands) = buyer.wake(), case .hold(let seats) = errands[0] else {
            return #expect(Bool(false), "no hold")
        }
        #expect(seats.count == 1)
    }

    @Test func anUnknownOutcomeIsAskedForWithTheSameKeyABoundedNumberOfTimes() {
        var buyer = holding()
        #expect(buyer.wake() == .run([.pay(key: 2)]))
        for repeats in 0..<Buyer.repeatsMax {
            let reply: ShopReply =
                repeats % 2 == 0 ? .nothing(.reset) : refused(503, "store_unavailable")
            guard case .sleep = buyer.heard(reply, to: .pay(key: 2)) else {
                return #expect(Bool(false), "no pause")
            }
            #expect(buyer.wake() == .run([.pay(key: 2)]))
        }
        #expect(buyer.heard(.nothing(.reset), to: .pay(key: 2)) == .finish(.stuck))
    }

    @Test func theServersWaitIsRespected() {
        var buyer = holding()
        _ = buyer.wake()
        let busy = refused(503, "store_unavailable", retryAfterMs: 9_000)
        guard case .sleep(let ms) = buyer.heard(busy, to: .pay(key: 2)) else {
            return #expect(Bool(false), "no pause")
        }
        #expect(ms >= 9_000)
    }

    @Test func aHoldWithoutAnAnswerIsLookedFor() {
        var buyer = buyer { $0.funds = .none }
        _ = buyer.admitted()
        _ = buyer.heard(.map(view), to: .look)
        _ = buyer.wake()
        guard case .sleep = buyer.heard(.nothing(.reset), to: .hold([2, 3])) else {
            return #expect(Bool(false), "no pause")
        }
        #expect(buyer.wake() == .run([.look]))
    }

    @Test func twoAtOnceWithOneKeyAreOnePurchase() {
        var buyer = holding { $0.payment = .twiceAtOnce }
        #expect(buyer.wake() == .run([.pay(key: 2), .pay(key: 2)]))
        #expect(buyer.heard(receipt(), to: .pay(key: 2)) == .rest)
        let busy = refused(409, "in_progress")
        guard case .sleep = buyer.heard(busy, to: .pay(key: 2)) else {
            return #expect(Bool(false), "no pause")
        }
        #expect(buyer.wake() == .run([.pay(key: 2)]))
        #expect(buyer.heard(receipt(), to: .pay(key: 2)) == .finish(.bought))
    }

    @Test func twoKeysAtOnceAreSettledByWhicheverPays() {
        var buyer = holding { $0.payment = .twoKeysAtOnce }
        #expect(buyer.wake() == .run([.pay(key: 2), .pay(key: 3)]))
        #expect(buyer.heard(refused(409, "hold_expired"), to: .pay(key: 2)) == .rest)
        #expect(buyer.heard(receipt(), to: .pay(key: 3)) == .finish(.bought))
        #expect(buyer.paidKey == 3)
    }

    @Test func twoKeysInTurnAreOnePurchase() {
        var buyer = holding { $0.payment = .twoKeysInTurn }
        _ = buyer.wake()
        #expect(buyer.heard(receipt(), to: .pay(key: 2)) == .run([.pay(key: 3)]))
        #expect(buyer.heard(refused(409, "hold_expired"), to: .pay(key: 3)) == .finish(.bought))
    }

    @Test func aChargeMayGoAlongWithThePayment() {
        var buyer = holding { $0.payment = .withCharge }
        #expect(buyer.wake() == .run([.pay(key: 2), .charge(1, key: 3)]))
        #expect(buyer.heard(receipt(), to: .pay(key: 2)) == .rest)
        guard case .sleep = buyer.heard(.nothing(.reset), to: .charge(1, key: 3)) else {
            return #expect(Bool(false), "the charge is forgotten")
        }
        #expect(buyer.wake() == .run([.charge(1, key: 3)]))
        #expect(buyer.heard(.balance(1), to: .charge(1, key: 3)) == .finish(.bought))
    }

    @Test func aLostHoldIsChosenAgainAndALatePaymentIsTooLate() {
        var buyer = holding()
        _ = buyer.wake()
        #expect(buyer.heard(refused(409, "hold_expired"), to: .pay(key: 2)) == .run([.look]))

        var late = self.buyer { $0.ending = .paysLate }
        _ = late.admitted()
        _ = late.heard(.balance(20), to: .charge(20, key: 1))
        _ = late.heard(.map(view), to: .look)
        _ = late.wake()
        #expect(late.heard(held(lastsMs: 900), to: .hold([2, 3])) == .sleep(ms: 900))
        #expect(late.wake() == .run([.pay(key: 2)]))
        #expect(late.heard(refused(409, "hold_expired"), to: .pay(key: 2)) == .finish(.tooLate))
    }

    @Test func someReleaseAndSomeVanish() {
        var releasing = holding { $0.ending = .releases }
        #expect(releasing.wake() == .run([.release]))
        #expect(releasing.heard(.released, to: .release) == .finish(.released))
        #expect(holding { $0.ending = .vanishes }.fate == .abandoned)
        // The hold's end is too far away to wait for, or nobody knows it.
        #expect(holding { $0.ending = .paysLate }.fate == .abandoned)
    }

    @Test func aCancelMayBeSentTwiceWithOneKeyOrTwo() {
        for (cancel, second) in [(BuyerPlan.Cancel.twiceOneKey, 3), (.twiceTwoKeys, 4)] {
            var buyer = holding { $0.cancel = cancel }
            _ = buyer.wake()
            guard case .sleep = buyer.heard(receipt(), to: .pay(key: 2)) else {
                return #expect(Bool(false), "no pause")
            }
            #expect(buyer.wake() == .run([.cancel(key: 3)]))
            let back = ShopReply.cancelled(payment: "p", balance: 20)
            #expect(buyer.heard(back, to: .cancel(key: 3)) == .run([.cancel(key: second)]))
            #expect(buyer.heard(back, to: .cancel(key: second)) == .finish(.cancelled))
        }
    }

    @Test func whoBuysAgainGoesBackToTheLineOnce() {
        var buyer = holding {
            $0.cancel = .once
            $0.buysAgain = true
        }
        _ = buyer.wake()
        _ = buyer.heard(receipt(), to: .pay(key: 2))
        _ = buyer.wake()
        let back = ShopReply.cancelled(payment: "p", balance: 20)
        #expect(buyer.heard(back, to: .cancel(key: 3)) == .run([.look]))
        _ = buyer.heard(.map(view), to: .look)
        _ = buyer.wake()
        #expect(buyer.heard(refused(403, "not_admitted"), to: .hold([2, 3])) == .queueAgain)
        #expect(buyer.wake() == .rest)
        #expect(buyer.admitted() == .run([.look]))
        _ = buyer.heard(.map(view), to: .look)
        _ = buyer.wake()
        _ = buyer.heard(held(), to: .hold([2, 3]))
        #expect(buyer.wake() == .run([.pay(key: 4)]))
        #expect(buyer.heard(receipt("q"), to: .pay(key: 4)) == .finish(.bought))
    }

    @Test func aLieIsFollowedByALookAtTheAccount() {
        var buyer = buyer { $0.lie = .seatZero }
        _ = buyer.admitted()
        #expect(buyer.heard(.balance(20), to: .charge(20, key: 1)) == .run([.lie(.seatZero)]))
        let no = refused(400, "invalid_request")
        #expect(buyer.heard(no, to: .lie(.seatZero)) == .run([.balance]))
        #expect(buyer.heard(.balance(20), to: .balance) == .run([.look]))

        var later = holding { $0.lie = .otherBody }
        _ = later.wake()
        #expect(later.heard(receipt(), to: .pay(key: 2)) == .run([.lie(.otherBody)]))
        let mismatch = refused(422, "idempotency_mismatch")
        #expect(later.heard(mismatch, to: .lie(.otherBody)) == .run([.balance]))
        #expect(later.heard(.balance(0), to: .balance) == .finish(.bought))
    }

    @Test func theConnectionIsBrokenOnceAndOnlyUnderAPayment() {
        var buyer = buyer { $0.hangUpMs = 5 }
        #expect(buyer.takeHangUp(.look) == nil)
        #expect(buyer.takeHangUp(.pay(key: 2)) == 5)
        #expect(buyer.takeHangUp(.pay(key: 2)) == nil)
    }

    @Test func whoLeavesIsNoBuyerAnyMore() {
        var inside = holding()
        inside.visitorGone()
        #expect(inside.fate == .cutOff)
        #expect(inside.wake() == .rest)
        var outside = buyer()
        outside.visitorGone()
        #expect(outside.fate == nil)
        #expect(outside.admitted() == .rest)
    }
}
