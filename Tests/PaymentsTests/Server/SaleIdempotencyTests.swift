import JSON
import TestGate
import Testing

@testable import TestKit

extension SaleContractTests {
    /// Proof 3 of the design: one key many times at once; with another body; after a restart.
    @Suite struct IdempotencyTests {
        /// 50 at once, over all processes, each on a connection of its own.
        private func together(_ bed: SaleBed, _ path: String, as user: String, _ body: String)
            async throws -> [Answer]
        {
            try await withThrowingTaskGroup(of: Answer.self) { group in
                for index in 0..<50 {
                    let site = index % 2 == 0 ? bed.site : bed.other
                    group.addTask { try await site.post(path, as: user, key: "once", body) }
                }
                var answers: [Answer] = []
                for try await answer in group { answers.append(answer) }
                return answers
            }
        }

        private func expectOne(_ answers: [Answer], _ status: Int) {
            let done = answers.filter { $0.status == status }
            #expect(done.count > 0)
            #expect(Set(done.map(\.text)).count == 1)
            for answer in answers where answer.status != status {
                expectProblem(answer, 409, "in_progress")
                #expect(answer.header("Retry-After") == "1")
            }
        }

        @Test(arguments: LedgerEngine.allCases)
        func aChargeHappensOnce(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), ann = ServerBed.room()
            let path = "/users/me/points/charges"
            let answers = try await together(bed, path, as: ann, #"{"amount":7}"#)
            expectOne(answers, 201)
            #expect(try await bed.site.balance(ann) == 7)
        }

        @Test(arguments: LedgerEngine.allCases)
        func aPaymentHappensOnce(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room(), ann = "ann-\(night)"
            try await bed.site.openSale(night, #""seats":9,"price":10"#)
            try await bed.site.charge(ann, 100)
            let hold = try await bed.site.hold([1, 2], of: night, as: ann)
            let answers = try await together(bed, "/payments", as: ann, #"{"hold":"\#(hold)"}"#)
            expectOne(answers, 201)
            #expect(try await bed.other.balance(ann) == 80)
            #expect(try await bed.other.get("/users/me/payments", as: ann).json?.array?.count == 1)
        }

        @Test(arguments: LedgerEngine.allCases)
        func aCancelHappensOnce(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room(), ann = "ann-\(night)"
            try await bed.site.openSale(night, #""seats":9,"price":10"#)
            try await bed.site.charge(ann, 100)
            let hold = try await bed.site.hold([1, 2], of: night, as: ann)
            let paid = try await bed.site.pay(hold, as: ann, key: "k")
            let payment = try #require(paid.json?["payment"]?.string)
            expectOne(try await together(bed, "/payments/\(payment)/cancel", as: ann, "{}"), 200)
            #expect(try await bed.site.balance(ann) == 100)
        }

        @Test(arguments: LedgerEngine.allCases)
        func aKeyIsOneUsersAndOneRequests(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), ann = ServerBed.room(), bob = "bob-\(ann)"
            let path = "/users/me/points/charges"
            let one = #"{"amount":1}"#
            #expect(try await bed.site.post(path, as: ann, key: "k", one).status == 201)
            for body in [#"{"amount":2}"#, #"{"amount": 1}"#] {
                let other = try await bed.other.post(path, as: ann, key: "k", body)
                expectProblem(other, 422, "idempotency_mismatch", "\(body)")
            }
            let hold = try await bed.other.post("/payments/x/cancel", as: ann, key: "k")
            expectProblem(hold, 404, "not_found")
            #expect(try await bed.other.post(path, as: bob, key: "k", one).status == 201)
            let again = try await bed.other.post(path, as: ann, key: "k", one)
            #expect(again.status == 201 && again.text == #"{"balance":1}"#)
            #expect(try await bed.site.balance(ann) == 1)
        }

        @Test(arguments: LedgerEngine.allCases)
        func aKeyIsNeededAndPrintable(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), ann = ServerBed.room()
            let posts = [
                ("/payments", #"{"hold":"x"}"#), ("/payments/x/cancel", "{}"),
                ("/users/me/points/charges", #"{"amount":1}"#),
            ]
            for (path, body) in posts {
                for key in [nil, "", "caf\u{e9}", "a\tb", String(repeating: "k", count: 256)] {
                    let answer = try await bed.site.post(path, as: ann, key: key, body)
                    let what = "\(path) \(key ?? "none")"
                    expectProblem(
                        answer,
                        400,
                        "invalid_request",
                        naming: "Idempotency-Key",
                        "\(what)"
                    )
                }
            }
            #expect(try await bed.site.balance(ann) == 0)
            let long = String(repeating: "~", count: 255)
            try await bed.site.charge(ann, 1, key: long)
        }
    }
}

/// Answers outlive the process that gave them.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct IdempotencyRestartTests {
    @Test(arguments: [1, 2]) func theFirstAnswerIsGivenAfterARestart(_ sites: Int) async throws {
        try await ServerBed.with(sites: sites) { bed in
            try await bed.site.openSale("night", #""seats":9,"price":10"#)
            try await bed.site.charge("ann", 100)
            let hold = try await bed.site.hold([1, 2], of: "night", as: "ann")
            let first = try await bed.site.pay(hold, as: "ann", key: "k")
            #expect(first.status == 201)
            bed.site.process.signal(9)
            #expect(try await bed.site.process.exit() == -9)
            let again = try await bed.start()
            let second = try await again.pay(hold, as: "ann", key: "k")
            #expect(second.status == 201 && second.text == first.text)
            let other = try await again.post("/payments", as: "ann", key: "k", #"{"hold":"x"}"#)
            expectProblem(other, 404, "not_found")
            let spaced = #"{"hold": "\#(hold)"}"#
            let mismatch = try await again.post("/payments", as: "ann", key: "k", spaced)
            expectProblem(mismatch, 422, "idempotency_mismatch")
            #expect(try await again.balance("ann") == 80)
        }
    }
}
