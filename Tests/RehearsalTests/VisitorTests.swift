import TestGate
import Testing

@testable import Rehearsal

@Suite(.sideBySide) struct VisitorTests {
    private let plain = VisitorPlan(arriveMs: 0, stayMs: 2_500)

    private func ticket(
        _ state: TicketAnswer.State,
        _ token: String = "t",
        pollAfterMs: Int? = 1_000
    ) -> Reply {
        var answer = TicketAnswer(state: state)
        answer.ticket = token
        answer.pollAfterMs = pollAfterMs
        return .ticket(answer)
    }

    private func refused(_ status: Int, _ code: String = "", retryAfterMs: Int? = nil) -> Reply {
        .refused(status: status, code: code, retryAfterMs: retryAfterMs)
    }

    /// A visitor who has entered and waits.
    private func waiting(_ plan: VisitorPlan) -> Visitor {
        var visitor = Visitor(plan: plan)
        _ = visitor.wake(nowMs: 0)
        _ = visitor.heard(ticket(.waiting), to: .enter, nowMs: 0)
        return visitor
    }

    @Test func aPlainVisitEndsWithDone() {
        var visitor = Visitor(plan: plain)
        #expect(visitor.wake(nowMs: 0) == .send(.enter))
        #expect(visitor.heard(ticket(.waiting), to: .enter, nowMs: 5) == .sleep(ms: 1_000))
        #expect(visitor.wake(nowMs: 1_005) == .send(.poll))
        #expect(visitor.heard(ticket(.admitted, "n"), to: .poll, nowMs: 1_010) == .sleep(ms: 1_000))
        #expect(visitor.ticket == "n")
        #expect(visitor.wake(nowMs: 2_010) == .send(.poll))
        #expect(visitor.heard(ticket(.admitted), to: .poll, nowMs: 3_000) == .sleep(ms: 510))
        #expect(visitor.wake(nowMs: 3_510) == .send(.done))
        #expect(visitor.heard(.accepted, to: .done, nowMs: 3_520) == .finish(.done))
        #expect(visitor.wake(nowMs: 4_000) == .rest)
    }

    @Test func theServersWaitIsRespected() {
        var visitor = waiting(plain)
        let later = visitor.heard(
            refused(503, "store_unavailable", retryAfterMs: 7_000),
            to: .poll,
            nowMs: 0
        )
        #expect(later == .sleep(ms: 7_000))
        #expect(visitor.wake(nowMs: 7_000) == .send(.poll))
    }

    @Test func failuresBackOffToALimitAndStartAgain() {
        var visitor = Visitor(plan: plain)
        _ = visitor.wake(nowMs: 0)
        var waits: [Visitor.Step] = []
        for _ in 0..<8 {
            waits.append(visitor.heard(.nothing(.refused), to: .enter, nowMs: 0))
            #expect(visitor.wake(nowMs: 0) == .send(.enter))
        }
        let ms = [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]
        #expect(waits == ms.map { Visitor.Step.sleep(ms: $0) })
        _ = visitor.heard(ticket(.waiting), to: .enter, nowMs: 0)
        #expect(visitor.heard(.nothing(.reset), to: .poll, nowMs: 0) == .sleep(ms: 100))
    }

    @Test func aFailedEndIsSentAgain() {
        var visitor = Visitor(plan: plain)
        _ = visitor.wake(nowMs: 0)
        _ = visitor.heard(ticket(.admitted), to: .enter, nowMs: 0)
        #expect(visitor.wake(nowMs: 2_500) == .send(.done))
        // An answer to an older request changes nothing.
        #expect(visitor.heard(ticket(.admitted), to: .poll, nowMs: 2_501) == .rest)
        #expect(visitor.heard(.nothing(.timedOut), to: .done, nowMs: 2_600) == .sleep(ms: 100))
        #expect(visitor.wake(nowMs: 2_700) == .send(.done))
        #expect(visitor.heard(refused(404), to: .done, nowMs: 2_710) == .finish(.done))
    }

    @Test func aDoubleClickIsTwoRequestsThenOneMore() {
        var plan = plain
        plan.isDoubleClicker = true
        var visitor = Visitor(plan: plan)
        #expect(visitor.wake(nowMs: 0) == .sendTwice(.enter))
        #expect(visitor.heard(ticket(.waiting), to: .enter, nowMs: 1) == .rest)
        #expect(visitor.heard(ticket(.waiting), to: .enter, nowMs: 2) == .sleep(ms: 1_000))
        #expect(visitor.wake(nowMs: 1_002) == .send(.enterAgain))
        #expect(visitor.heard(ticket(.waiting), to: .enterAgain, nowMs: 1_010) == .sleep(ms: 1_000))
        #expect(visitor.wake(nowMs: 2_010) == .send(.poll))
    }

    @Test func leaversSaySoOrVanish() {
        var plan = plain
        plan.leaveAfter = 1
        plan.leaving = .saying
        var visitor = waiting(plan)
        #expect(visitor.wake(nowMs: 1_000) == .send(.leave))
        #expect(visitor.heard(.accepted, to: .leave, nowMs: 1_010) == .finish(.left))
        plan.leaving = .vanishing
        visitor = waiting(plan)
        #expect(visitor.wake(nowMs: 1_000) == .finish(.vanished))
    }

    @Test func aSleeperMissesSomePollsOnce() {
        var plan = plain
        plan.sleepAfter = 1
        plan.sleepIntervals = 5
        var visitor = waiting(plan)
        #expect(visitor.wake(nowMs: 1_000) == .sleep(ms: 5_000))
        #expect(visitor.wake(nowMs: 6_000) == .send(.poll))
        #expect(visitor.heard(ticket(.skipped), to: .poll, nowMs: 6_010) == .send(.enterAgain))
        #expect(visitor.heard(ticket(.skipped), to: .enterAgain, nowMs: 6_020) == .sleep(ms: 1_000))
        #expect(visitor.wake(nowMs: 7_020) == .send(.poll))
    }

    @Test func aLieIsFollowedByTheHonestRequest() {
        var plan = plain
        plan.lie = .forged
        var visitor = waiting(plan)
        #expect(visitor.wake(nowMs: 1_000) == .send(.lie))
        #expect(
            visitor.heard(refused(403, "ticket_invalid"), to: .lie, nowMs: 1_010) == .send(.poll)
        )
        #expect(visitor.heard(ticket(.waiting), to: .poll, nowMs: 1_020) == .sleep(ms: 1_000))
        #expect(visitor.wake(nowMs: 2_020) == .send(.poll))
    }

    @Test func aLieOfAnotherRoomFetchesItsTicketFirst() {
        var plan = plain
        plan.lie = .otherRoom
        var visitor = Visitor(plan: plan, hasElsewhere: true)
        _ = visitor.wake(nowMs: 0)
        _ = visitor.heard(ticket(.waiting), to: .enter, nowMs: 0)
        #expect(visitor.wake(nowMs: 1_000) == .send(.enterElsewhere))
        #expect(
            visitor.heard(ticket(.admitted, "e"), to: .enterElsewhere, nowMs: 1_010) == .send(.lie)
        )
        #expect(visitor.ticket == "t")
    }

    @Test func aForgottenPlaceIsAskedForAgain() {
        var visitor = waiting(plain)
        #expect(visitor.heard(refused(404, "not_found"), to: .poll, nowMs: 0) == .sleep(ms: 100))
        #expect(visitor.wake(nowMs: 100) == .send(.enter))
        #expect(visitor.ticket.isEmpty)
    }

    @Test func endsThatTheServerDecidesAreTold() {
        var visitor = waiting(plain)
        #expect(
            visitor.heard(refused(410, "room_sold_out"), to: .poll, nowMs: 0)
                == .finish(.soldOut)
        )
        visitor = waiting(plain)
        #expect(visitor.heard(ticket(.expired), to: .poll, nowMs: 0) == .finish(.lost))
        visitor = waiting(plain)
        _ = visitor.heard(ticket(.admitted), to: .poll, nowMs: 0)
        #expect(visitor.heard(ticket(.expired), to: .poll, nowMs: 500) == .finish(.expired))
        visitor = waiting(plain)
        #expect(
            visitor.heard(refused(400, "invalid_request"), to: .poll, nowMs: 0) == .finish(.refused)
        )
    }

    @Test func aWatcherListensAndAsksOnlyNowAndThen() {
        var plan = plain
        plan.isWatcher = true
        var visitor = Visitor(plan: plan)
        _ = visitor.wake(nowMs: 0)
        #expect(visitor.heard(ticket(.waiting), to: .enter, nowMs: 0) == .listen)
        #expect(visitor.heard(ticket(.waiting), to: .event, nowMs: 10) == .rest)
        #expect(visitor.wake(nowMs: 15_000) == .send(.poll))
        #expect(visitor.heard(ticket(.waiting), to: .poll, nowMs: 15_010) == .sleep(ms: 15_000))
        #expect(visitor.streamEnded() == .sleep(ms: 100))
        #expect(visitor.wake(nowMs: 15_200) == .send(.poll))
        #expect(visitor.heard(ticket(.waiting), to: .poll, nowMs: 15_210) == .listen)
        #expect(visitor.heard(ticket(.admitted), to: .event, nowMs: 15_300) == .sleep(ms: 1_000))
        #expect(visitor.streamEnded() == .rest)
    }

    @Test func aServerWithoutStreamsIsPolled() {
        var plan = plain
        plan.isWatcher = true
        var visitor = waiting(plan)
        for _ in 0..<3 {
            _ = visitor.streamEnded()
            _ = visitor.wake(nowMs: 0)
            _ = visitor.heard(ticket(.waiting), to: .poll, nowMs: 0)
        }
        #expect(visitor.heard(ticket(.waiting), to: .poll, nowMs: 0) == .sleep(ms: 1_000))
    }
}
