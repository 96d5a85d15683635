import TestGate
import Testing

@testable import Rehearsal

/// The visit around a purchase.
@Suite(.sideBySide) struct ShoppingVisitorTests {
    private func ticket(_ state: TicketAnswer.State) -> Reply {
        var answer = TicketAnswer(state: state)
        answer.ticket = "t"
        answer.pollAfterMs = 1_000
        return .ticket(answer)
    }

    private func refused(_ status: Int, _ code: String) -> Reply {
        .refused(status: status, code: code, retryAfterMs: nil)
    }

    /// A buyer who was let in at 0 and has asked once since.
    private func inside() -> Visitor {
        var visitor = Visitor(plan: VisitorPlan(arriveMs: 0, stayMs: 10), isBuyer: true)
        _ = visitor.wake(nowMs: 0)
        _ = visitor.heard(ticket(.admitted), to: .enter, nowMs: 0)
        _ = visitor.wake(nowMs: 1_000)
        return visitor
    }

    @Test func aBuyerStaysUntilTheShopLetsGo() {
        var visitor = inside()
        #expect(visitor.heard(ticket(.admitted), to: .poll, nowMs: 90_000) == .sleep(ms: 1_000))
        #expect(visitor.wake(nowMs: 91_000) == .send(.poll))
        #expect(visitor.leaveShop(.emptyHanded) == .send(.done))
        #expect(visitor.heard(.accepted, to: .done, nowMs: 91_100) == .finish(.done))
    }

    @Test func aPaymentEndsTheVisit() {
        var visitor = inside()
        #expect(visitor.heard(ticket(.done), to: .poll, nowMs: 1_010) == .rest)
        #expect(visitor.phase == .inside)
        #expect(visitor.leaveShop(.paid) == .finish(.done))
        #expect(visitor.leaveShop(.paid) == .rest)
    }

    @Test func aSessionThatEndsBeforeThePurchaseIsExpired() {
        for reply in [ticket(.expired), refused(410, "room_sold_out"), refused(404, "not_found")] {
            var visitor = inside()
            #expect(visitor.heard(reply, to: .poll, nowMs: 1_010) == .rest)
            #expect(visitor.leaveShop(.emptyHanded) == .finish(.expired))
        }
        var visitor = inside()
        #expect(visitor.leaveShop(.vanishing) == .finish(.vanished))
    }

    @Test func whoBuysAgainStandsInLineAgain() {
        var visitor = inside()
        #expect(visitor.leaveShop(.again) == .send(.enter))
        #expect(visitor.isBack)
        // What is still on its way from before says nothing.
        #expect(visitor.heard(ticket(.done), to: .poll, nowMs: 1_010) == .rest)
        #expect(visitor.heard(ticket(.waiting), to: .enter, nowMs: 1_020) == .sleep(ms: 1_000))
        #expect(visitor.phase == .waiting)
        _ = visitor.wake(nowMs: 2_020)
        #expect(visitor.heard(ticket(.admitted), to: .poll, nowMs: 2_030) == .sleep(ms: 1_000))
        #expect(visitor.phase == .inside)
    }

    @Test func withoutARoomEverybodyIsInsideAtOnce() {
        let plan = VisitorPlan(arriveMs: 0, stayMs: 10)
        var visitor = Visitor(plan: plan, isBuyer: true, hasRoom: false)
        #expect(visitor.wake(nowMs: 0) == .rest)
        #expect(visitor.phase == .inside)
        #expect(visitor.leaveShop(.again) == .rest)
        #expect(visitor.phase == .inside)
        #expect(visitor.leaveShop(.emptyHanded) == .finish(.left))
    }

    @Test func theSellOutWakesOnlyWhoSleeps() {
        var plan = VisitorPlan(arriveMs: 0, stayMs: 10)
        plan.sleepAfter = 1
        plan.sleepIntervals = 8
        var visitor = Visitor(plan: plan, isBuyer: true)
        _ = visitor.wake(nowMs: 0)
        _ = visitor.heard(ticket(.waiting), to: .enter, nowMs: 0)
        #expect(visitor.hearsOfSellOut() == .rest)
        #expect(visitor.wake(nowMs: 1_000) == .sleep(ms: 8_000))
        #expect(visitor.hearsOfSellOut() == .sleep(ms: 1_000))
        #expect(visitor.wake(nowMs: 2_000) == .send(.poll))
        let sold = refused(410, "room_sold_out")
        #expect(visitor.heard(sold, to: .poll, nowMs: 2_010) == .finish(.soldOut))
    }
}
