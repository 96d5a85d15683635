import TestGate
import Testing

@testable import Rehearsal

@Suite(.sideBySide) struct BuyerTests: BuyerSteps {
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
