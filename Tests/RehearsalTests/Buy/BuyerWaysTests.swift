import TestGate
import Testing

@testable import Rehearsal

/// What buyers do beside paying once.
@Suite(.sideBySide) struct BuyerWaysTests: BuyerSteps {
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

    @Test func aChargeThatCameTooLateForThePaymentIsEnoughForTheNext() {
        var buyer = holding {
            $0.payment = .withCharge
            $0.funds = .oneShort
        }
        _ = buyer.wake()
        _ = buyer.heard(refused(402, "insufficient_points"), to: .pay(key: 2))
        #expect(buyer.heard(.balance(20), to: .charge(1, key: 3)) == .run([.balance]))
        #expect(buyer.heard(.balance(20), to: .balance) == .run([.pay(key: 4)]))
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
}
