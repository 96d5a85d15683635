import EventLoop
import JSON
import Synchronization
import TestGate
import Testing

@testable import Rehearsal

/// Whole rushes over real sockets: the honest coupon passes, each dishonest one is found out.
@Suite(.sideBySide, .serialized) struct WholeClaimTests {
    private func options(_ url: String) -> RehearsalOptions {
        var options = RehearsalOptions()
        options.url = url
        options.coupon = TinyCoupon.id
        options.visitors = 60
        options.liars = 0.3
        options.connections = 30
        options.timeoutSeconds = 30
        options.isQuiet = true
        options.seed = 4
        options.claims.withinSeconds = 0.2
        options.claims.duplicates = 0.4
        options.claims.impatient = 0
        options.claims.returners = 0.3
        return options
    }

    private func rehearse(
        _ options: RehearsalOptions,
        adminKey: String? = nil
    ) async -> Result<ClaimReport, SetupProblem> {
        await Rehearsal.onOwnLoop { loop throws(SetupProblem) in
            try await Rehearsal.play(
                coupon: options.coupon ?? "",
                options,
                adminKey: adminKey,
                // The small coupon shows all at once.
                settleMs: 0,
                on: loop
            )
        }
    }

    private func report(
        _ coupon: TinyCoupon,
        _ change: (inout RehearsalOptions) -> Void = { _ in }
    ) async throws -> ClaimReport {
        let server = TinyServer { coupon.answer($0) }.start()
        defer { server.stop() }
        var options = options(server.url)
        change(&options)
        let report = try await rehearse(options).get()
        #expect(report.run.unfinished == 0)
        #expect(report.run.exitCode == (report.run.isBroken ? 1 : 0))
        return report
    }

    private func broken(_ report: ClaimReport) -> [String] {
        report.run.promises.filter { $0.verdict == .broken }.map(\.code)
    }

    private func broken(_ fault: TinyCoupon.Fault) async throws -> [String] {
        broken(try await report(TinyCoupon(quantity: 20, fault: fault)))
    }

    @Test func anHonestCouponKeepsEveryPromise() async throws {
        let report = try await report(TinyCoupon(quantity: 20))
        #expect(broken(report) == [])
        #expect(report.run.promises.filter { $0.verdict == .notSeen }.map(\.code) == [])
        #expect(report.fates[.got] == 20 && report.fates[.soldOut] == 40)
        #expect(report.issued == 20 && report.run.traffic.latencies[.issued]?.count == 20)
        #expect(report.knewMs.count == 20)
        #expect(report.milestone?.place == 20)
        #expect(report.refusals["409 coupon_already_claimed"] ?? 0 > 0)
        #expect(report.look.view == CouponView(quantity: 20, issued: 20, state: "finished"))
        let text = report.text
        #expect(text.contains("issued       20 times 201"))
        #expect(text.contains("the last of 20 after"))
        #expect(text.contains("\nok        nobody has two: 0 have two, 20 have one\n"))
        let json = try #require(JSONValue(object: report.json))
        #expect(json.whole("issued") == 20)
        #expect(json["ownersKnow"]?["count"]?.integer == 20)
        #expect(json["latency"]?["issued"]?["count"]?.integer == 20)
        #expect(json["promises"]?.array?.count == report.run.promises.count)
    }

    @Test func moreCouponsThanVisitorsAreEnoughForAll() async throws {
        let report = try await report(TinyCoupon(quantity: 100))
        #expect(broken(report) == [])
        #expect(report.fates == [.got: 60])
    }

    @Test func whoHungUpIsToldAfterwards() async throws {
        let options = options("http://127.0.0.1:1")
        var silent: [String: Int] = [:]
        for index in 0..<options.visitors {
            var impatient = options
            impatient.claims.impatient = 0.5
            let plan = ClaimPlan.make(index: index, options: impatient)
            if plan.hangUpMs != nil { silent[options.user(index)] = plan.copies }
        }
        let coupon = TinyCoupon(quantity: 100, silentTo: silent)
        let report = try await report(coupon) { $0.claims.impatient = 0.5 }
        #expect(broken(report) == [])
        // On a busy machine some hang up before their claim is on its way: the next one gets it.
        let unheard = coupon.unheard
        #expect(unheard > 0 && unheard <= silent.count)
        #expect(report.fates == [.got: 60 - unheard, .alreadyHad: unheard])
        #expect(report.run.traffic.failures[.hungUp] ?? 0 >= silent.count)
        #expect(report.run.traffic.outages.isEmpty)
        #expect(report.knewMs.count == 60)
    }

    @Test func aClaimInFlightIsAskedForAgain() async throws {
        let report = try await report(TinyCoupon(quantity: 20, isBusyAtFirst: true)) {
            $0.visitors = 30
        }
        #expect(broken(report) == [])
        #expect(report.fates[.got] == 20)
        #expect(report.refusals["409 in_progress"] == 30)
    }

    @Test func aUsedCouponIsFinishedByOthers() async throws {
        let coupon = TinyCoupon(quantity: 40)
        let first = try await report(coupon) { $0.visitors = 15 }
        #expect(first.fates == [.got: 15])
        // The same seed: the first fifteen come once more, and others with them.
        let second = try await report(coupon)
        #expect(broken(second) == [])
        #expect(second.terms.issuedBefore == 15)
        #expect(second.fates == [.alreadyHad: 15, .got: 25, .soldOut: 20])
        #expect(second.knewMs.count == 25)
        // Another seed, and nothing left.
        let third = try await report(coupon) { $0.seed = 5 }
        #expect(broken(third) == [])
        #expect(third.fates == [.soldOut: 60])
    }

    @Test func aServerThatFailsForAWhileDoesNotEndTheRush() async throws {
        let coupon = TinyCoupon(quantity: 20)
        let calls = Mutex(0)
        let server = TinyServer { call in
            let number = calls.withLock { calls in
                calls += 1
                return calls
            }
            let answer = coupon.answer(call)
            // Every kind of failure, in the middle of the wave, after the effect.
            if (20..<40).contains(number) { return .hangUp }
            if (40..<60).contains(number) { return .json(503, "{}", headers: ["Retry-After: 1"]) }
            return answer
        }.start()
        defer { server.stop() }
        let report = try await rehearse(options(server.url)).get()
        #expect(report.run.unfinished == 0)
        #expect(broken(report) == [])
        #expect(!report.run.traffic.outages.isEmpty)
        #expect((report.fates[.got] ?? 0) + (report.fates[.alreadyHad] ?? 0) == 20)
    }

    @Test func theOverallTimeEndsARushThatGetsNowhere() async throws {
        let coupon = TinyCoupon(quantity: 20)
        let server = TinyServer { call in
            call.method == "POST" ? .json(503, "{}") : coupon.answer(call)
        }.start()
        defer { server.stop() }
        var options = options(server.url)
        options.timeoutSeconds = 1
        let report = try await rehearse(options).get()
        #expect(report.run.unfinished == 60)
        #expect(report.run.exitCode == 2)
        // Without the time, the retries end it.
        options.timeoutSeconds = 30
        options.claims.retries = 1
        let stuck = try await rehearse(options).get()
        #expect(stuck.fates == [.stuck: 60])
        #expect(stuck.run.exitCode == 2)
    }

    @Test func withTheKeyAMissingCouponIsMade() async throws {
        let coupon = TinyCoupon(quantity: nil)
        let server = TinyServer { coupon.answer($0) }.start()
        defer { server.stop() }
        var options = options(server.url)
        guard case .failure(let problem) = await rehearse(options) else {
            return #expect(Bool(false), "it began")
        }
        #expect(problem.line == "reading the coupon: answered 404 not_found")
        options.adminKeyFile = "given"
        options.claims.quantity = 7
        let report = try await rehearse(options, adminKey: TinyCoupon.key).get()
        #expect(broken(report) == [])
        #expect(report.fates == [.got: 7, .soldOut: 53])
    }

    @Test(arguments: [
        (TinyCoupon.Fault.oneTooMany, ["coupon-quantity", "coupon-exactly"]),
        (.twoForOne, ["coupon-one-each", "coupon-issued-once"]),
        (.twoYes, ["coupon-issued-once", "remaining-once"]),
        (.forgets, ["coupon-owned", "coupon-kept"]),
        (.skipsANumber, ["coupon-no-gaps", "coupon-number-once"]),
        (.repeatsANumber, ["coupon-no-gaps", "coupon-number-once"]),
        (.otherNumber, ["coupon-issued-once", "already-claimed-true"]),
        (.soldOutEarly, ["coupon-exactly", "sold-out-true"]),
        (.growingCount, ["remaining-falls"]),
        (.sameCount, ["remaining-once"]),
        (.believesLies, ["claim-lies-refused"]),
    ])
    func aFaultIsFound(fault: TinyCoupon.Fault, codes: [String]) async throws {
        let broken = try await broken(fault)
        for code in codes { #expect(broken.contains(code), "\(broken)") }
    }
}
