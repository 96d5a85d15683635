import Foundation
import JSON
import TestGate
import Testing

/// Coupons as the contract says them: one process on SQLite, two on PostgreSQL.
@Suite(.sideBySide, .saleBeds, .timeLimit(.minutes(3))) struct ClaimContractTests {
    @Test(arguments: LedgerEngine.allCases)
    func aThousandForThreeThousand(_ engine: LedgerEngine) async throws {
        let bed = try SaleBed.on(engine)
        let name = ServerBed.room()
        try await bed.site.openCoupon(name, #""quantity":1000"#)
        let wave = ClaimWave(name, sites: { [bed.site, bed.other] })
        try await wave.run(users: 3_000)
        let report = wave.report
        #expect(report.faults == [])
        #expect(report.had.isEmpty && report.troubles == 0)
        #expect(report.numbers == Array(1...1_000))
        #expect(report.soldOut == 2_000)
        let standing = try await bed.other.coupon(name)
        #expect(standing.json?["remaining"]?.integer == 0, "\(standing.text)")
    }

    @Test(arguments: LedgerEngine.allCases, [3, 50])
    func oneUserManyTimesAtOnce(_ engine: LedgerEngine, _ times: Int) async throws {
        let bed = try SaleBed.on(engine)
        let name = ServerBed.room()
        try await bed.site.openCoupon(name, #""quantity":1000"#)
        let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
            for index in 0..<times {
                group.addTask {
                    try await (index % 2 == 0 ? bed.site : bed.other).claim(name, as: "ann")
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.filter { $0.status == 201 }.count == 1)
        let refused = answers.filter { $0.code == "coupon_already_claimed" }
        #expect(refused.count == times - 1)
        #expect(answers.allSatisfy { $0.json?["sequence"]?.integer == 1 })
    }

    @Test(arguments: LedgerEngine.allCases)
    func aClaimAndWhatIsToldOfIt(_ engine: LedgerEngine) async throws {
        let bed = try SaleBed.on(engine)
        let name = ServerBed.room()
        try await bed.site.openCoupon(name, #""quantity":2"#)
        let fresh = try await bed.other.coupon(name)
        #expect(fresh.names == ["coupon", "name", "quantity", "issued", "remaining", "state"])
        #expect(fresh.json?["state"]?.string == "open")
        let claim = try await bed.site.claim(name, as: "ann")
        #expect(claim.status == 201)
        #expect(claim.names == ["coupon", "sequence", "remaining", "claimedAt"])
        #expect(claim.json?["remaining"]?.integer == 1)
        #expect(claim.header("Cache-Control") == "no-store")
        let again = try await bed.other.claim(name, as: "ann")
        #expect(again.status == 409 && again.code == "coupon_already_claimed")
        #expect(again.json?["sequence"]?.integer == 1)
        #expect(try await bed.other.claim(name, as: "bob").status == 201)
        let late = try await bed.site.claim(name, as: "cat")
        #expect(late.status == 410 && late.code == "coupon_sold_out")
        #expect(try await bed.site.coupon(name).json?["state"]?.string == "finished")
        let owned = try await bed.other.get("/users/me/coupons", as: "ann").json?.array
        let mine = owned?.first { $0["coupon"]?.string == name }
        #expect(mine?.members?.map(\.name) == ["coupon", "sequence", "claimedAt", "usedAt"])
        #expect(mine?["claimedAt"]?.string == claim.json?["claimedAt"]?.string)
        #expect(mine?["usedAt"] == .null)
        // More of them.
        try await bed.other.openCoupon(name, #""quantity":3"#)
        #expect(try await bed.site.claim(name, as: "cat").json?["sequence"]?.integer == 3)
    }

    @Test func tooEarlyAndTooLate() async throws {
        let site = try SaleBed.on(.sqlite).site
        let name = ServerBed.room()
        try await site.openCoupon(name, #""quantity":2,"startsAt":"2099-01-01T00:00:00Z""#)
        let early = try await site.claim(name, as: "ann")
        #expect(early.status == 409 && early.code == "coupon_not_started")
        #expect(early.header("Retry-After").flatMap { Int($0) } ?? 0 > 1_000_000)
        #expect(try await site.coupon(name).json?["state"]?.string == "scheduled")
        let times = #""startsAt":null,"endsAt":"2001-01-01T00:00:00Z""#
        _ = try await site.operate("PUT", "/coupons/\(name)", "{\(times)}")
        let late = try await site.claim(name, as: "ann")
        #expect(late.status == 410 && late.code == "coupon_ended")
        #expect(try await site.coupon(name).json?["state"]?.string == "ended")
    }

    @Test func whatThereIsNot() async throws {
        let site = try SaleBed.on(.postgres).site
        #expect(try await site.claim("no-such", as: "ann").status == 404)
        #expect(try await site.coupon("no-such").status == 404)
        #expect(try await site.request("POST", "/api/v1/coupons/x/claims").status == 401)
        let odd = try await site.claim("a%20b", as: "ann")
        #expect(odd.status == 400 && odd.detail.hasPrefix("coupon "))
    }

    @Test(
        arguments: [
            (#"{"name":"x","quantity":0,"discountAmount":5}"#, "quantity"),
            (#"{"name":"x","quantity":1000001,"discountAmount":5}"#, "quantity"),
            (
                #"{"name":"x","quantity":5,"discountAmount":5,"discountPercent":5}"#,
                "discountPercent"
            ),
            (#"{"name":"x","quantity":5,"discountPercent":101}"#, "discountPercent"),
            (#"{"name":"x","quantity":5,"discountAmount":0}"#, "discountAmount"),
            (#"{"name":"","quantity":5,"discountAmount":5}"#, "name"),
            (#"{"name":"x","quantity":5}"#, "discount"),
            (#"{"quantity":5,"discountAmount":5}"#, "name"),
            (#"{"name":"x","discountAmount":5}"#, "quantity"),
            (#"{"name":"x","quantity":5,"discountAmount":5,"startsAt":"soon"}"#, "startsAt"),
            (
                #"{"name":"x","quantity":5,"discountAmount":5,"startsAt":"2030-01-02T00:00:00Z","#
                    + #""endsAt":"2030-01-01T00:00:00Z"}"#, "endsAt"
            ),
            (#"{"name":"x","quantity":5,"discountAmount":5,"colour":"red"}"#, "colour"),
        ]
    )
    func badInputNamesTheField(_ body: String, _ field: String) async throws {
        let site = try SaleBed.on(.sqlite).site
        let answer = try await site.operate("PUT", "/coupons/\(ServerBed.room())", body)
        #expect(answer.status == 400 && answer.code == "invalid_request")
        #expect(answer.detail.hasPrefix(field), "\(answer.detail)")
    }

    @Test func anIssuedCouponIsNotTakenBack() async throws {
        let site = try SaleBed.on(.postgres).site
        let name = ServerBed.room()
        try await site.openCoupon(name, #""quantity":2"#)
        for user in ["ann", "bob"] {
            #expect(try await site.claim(name, as: user).status == 201)
        }
        let answer = try await site.operate("PUT", "/coupons/\(name)", #"{"quantity":1}"#)
        #expect(answer.status == 400 && answer.detail.hasPrefix("quantity "), "\(answer.text)")
    }
}
