import JSON
import TestGate
import Testing

@testable import TestKit

/// The contract of rankings, told to both engines.
@Suite(.sideBySide, .saleBeds, .timeLimit(.minutes(3))) struct RankingContractTests {}

extension RankingContractTests {
    @Suite struct ConcertRankingTests {
        private func ranking(_ site: Site, _ query: String = "", known: String? = nil)
            async throws -> Answer
        {
            var headers: [String: String] = [:]
            headers["If-None-Match"] = known
            return try await site.request("GET", "/api/v1/concerts/ranking\(query)", headers)
        }

        /// The line of a performance, once it is on the list.
        private func line(of night: String, _ site: Site, _ query: String, until isTrue: String)
            async throws -> String
        {
            var line = ""
            try await until("\(isTrue) is in \(query)") {
                let lines = try await ranking(site, "\(query)&limit=100").text.split(separator: "{")
                line = String(lines.first { $0.contains("\"performance\":\"\(night)\"") } ?? "")
                return line.contains(isTrue)
            }
            return line
        }

        @Test(arguments: LedgerEngine.allCases)
        func itListsWhoSoldOutFastest(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room(), ann = "ann-\(night)"
            try await bed.site.openSale(night, #""seats":2,"price":1"#)
            try await bed.site.charge(ann, 10)
            let first = try await bed.site.hold([1], of: night, as: ann)
            let paid = try await bed.site.pay(first, as: ann, key: "1")
            let payment = try #require(paid.json?["payment"]?.string)
            let selling = try await line(of: night, bed.other, "?by=t90", until: "Count\":1,")
            #expect(
                selling.contains(
                    #","concert":"\#(night)","performance":"\#(night)","t90Ms":null,"#
                        + #""t100Ms":null,"projectedT90Ms":null,"soldOut":false}"#
                ),
                "\(selling)"
            )
            let second = try await bed.other.hold([2], of: night, as: ann)
            #expect(try await bed.other.pay(second, as: ann, key: "2").status == 201)
            for (site, query) in [
                (bed.site, "?by=t90"), (bed.other, "?by=sold"), (bed.site, "?by=sold&window=daily"),
                (bed.other, "?window=realtime"), (bed.site, "?window=weekly"),
                (bed.other, "?by=t90&window=monthly"), (bed.other, "?by=sold&window=all"),
            ] {
                let sold = try await line(of: night, site, query, until: "Count\":2,")
                #expect(sold.hasPrefix(#""concertDate":"2026-12-24","soldOutCount":2,"rank":"#))
                let times = sold.split(separator: ",").filter { $0.contains("Ms\":") }
                    .compactMap { $0.split(separator: ":").last }
                #expect(times.count == 3 && times[0] == times[1] && times[2] == "null", "\(sold)")
                #expect((Int(times[0]) ?? -1) >= 0)
                #expect(sold.contains(#""soldOut":true}"#))
            }
            // Written once; the seat is to be had again.
            let path = "/payments/\(payment)/cancel"
            #expect(try await bed.site.post(path, as: ann, key: "c").status == 200)
            let back = try await line(of: night, bed.site, "?by=t90", until: "soldOut\":false")
            #expect(back.contains(#""soldOutCount":1,"#) && !back.contains(#""t100Ms":null"#))
        }

        @Test(arguments: LedgerEngine.allCases)
        func whoHasTheListIsToldSo(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room(), ann = "ann-\(night)"
            try await bed.site.openSale(night, #""seats":1,"price":1"#)
            try await bed.site.charge(ann, 10)
            let hold = try await bed.site.hold([1], of: night, as: ann)
            #expect(try await bed.site.pay(hold, as: ann, key: "1").status == 201)
            // Other tests sell at the same time: until nothing has changed in between.
            try await until("both have the same list") {
                let answer = try await ranking(bed.site)
                #expect(answer.status == 200)
                #expect(answer.header("Content-Type") == "application/json")
                #expect(answer.header("Cache-Control") == "no-cache")
                let tag = try #require(answer.header("ETag"))
                for site in [bed.site, bed.other] {
                    let again = try await ranking(site, known: tag)
                    guard again.status == 304 else { return false }
                    #expect(again.body.isEmpty && again.header("ETag") == tag)
                }
                return true
            }
            let count = try await ranking(bed.site, "?limit=1").json?.array?.count
            #expect(count == 1)
        }

        @Test(arguments: LedgerEngine.allCases)
        func badQuestionsAreRefusedByName(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine)
            for (query, field) in [
                ("limit=0", "limit"), ("limit=101", "limit"), ("limit=+5", "limit"),
                ("limit=", "limit"), ("limit=ten", "limit"), ("by=T90", "by"), ("by=", "by"),
                ("window=hourly", "window"), ("window=", "window"),
            ] {
                let answer = try await ranking(bed.site, "?\(query)")
                expectProblem(answer, 400, "invalid_request", naming: field, "\(query)")
            }
        }
    }
}
