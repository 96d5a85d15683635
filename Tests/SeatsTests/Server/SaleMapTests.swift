import JSON
import Testing

extension SaleContractTests {
    @Suite struct MapTests {
        private func map(_ site: Site, _ night: String, known: String? = nil) async throws -> Answer
        {
            var headers: [String: String] = [:]
            headers["If-None-Match"] = known
            return try await site.request("GET", "/api/v1/performances/\(night)/seats", headers)
        }

        @Test(arguments: LedgerEngine.allCases)
        func itShowsEverySeat(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room()
            try await bed.site.openSale(night, #""seats":3,"price":10"#)
            try await bed.site.charge("ann-\(night)", 10)
            let bought = try await bed.site.hold([3], of: night, as: "ann-\(night)")
            #expect(try await bed.site.pay(bought, as: "ann-\(night)", key: "k").status == 201)
            _ = try await bed.site.hold([2], of: night, as: "bob")
            let answer = try await map(bed.other, night)
            #expect(answer.status == 200)
            #expect(answer.header("Content-Type") == "application/json")
            #expect(answer.header("Cache-Control") == "no-cache")
            #expect(
                answer.text == #"{"performance":"\#(night)","seats":["#
                    + #"{"number":1,"state":"free","price":10},"#
                    + #"{"number":2,"state":"held","price":10},"#
                    + #"{"number":3,"state":"sold","price":10}]}"#
            )
        }

        @Test(arguments: LedgerEngine.allCases)
        func whoHasTheVersionIsToldSo(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room()
            try await bed.site.openSale(night, #""seats":3,"price":10"#)
            let first = try await map(bed.site, night)
            let tag = try #require(first.header("ETag"))
            #expect(tag.hasPrefix("\"") && tag.hasSuffix("\"") && tag.count > 2)
            for known in [tag, "W/\(tag)", "\"x\", \(tag)", "*"] {
                for site in [bed.site, bed.other] {
                    let answer = try await map(site, night, known: known)
                    #expect(answer.status == 304, "\(known)")
                    #expect(answer.header("ETag") == tag)
                    #expect(answer.header("Cache-Control") == "no-cache")
                    #expect(answer.body.isEmpty)
                }
            }
            for known in ["\"x\"", "x", ""] {
                #expect(try await map(bed.site, night, known: known).status == 200, "\(known)")
            }
        }

        /// Every change of any seat or of the price is another version, on every process.
        @Test(arguments: LedgerEngine.allCases)
        func aChangeIsAnotherVersion(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room()
            try await bed.site.openSale(night, #""seats":3,"price":10"#)
            var tags: [String] = []
            func changed() async throws {
                let known = tags.joined(separator: ", ")
                let answer = try await map(bed.site, night, known: known)
                #expect(answer.status == 200)
                #expect(try await map(bed.other, night, known: known).status == 200)
                tags.append(try #require(answer.header("ETag")))
            }
            try await changed()
            let hold = try await bed.site.hold([2], of: night, as: "ann")
            try await changed()
            let path = "/api/v1/holds/\(hold)"
            let released = try await bed.other.request("DELETE", path, ["X-User-Id": "ann"])
            #expect(released.status == 204)
            try await changed()
            let cheaper = try await bed.site.operate(
                "PUT",
                "/performances/\(night)",
                #"{"price":5}"#
            )
            #expect(cheaper.status == 200)
            try await changed()
            #expect(Set(tags).count == tags.count)
        }

        /// Looks at the store are shared, but nobody is shown a map from before their own hold.
        @Test(arguments: LedgerEngine.allCases)
        func everybodySeesTheirOwnHold(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room()
            try await bed.site.openSale(night, #""seats":400,"price":10"#)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for reader in 0..<20 {
                    group.addTask {
                        for round in 1...20 {
                            let seat = reader * 20 + round
                            _ = try await bed.site.hold([seat], of: night, as: "u\(seat)")
                            #expect(try await bed.other.seats(night)[seat - 1] == "held")
                        }
                    }
                }
                try await group.waitForAll()
            }
        }

        @Test(arguments: LedgerEngine.allCases)
        func aStadiumIsSent(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room()
            try await bed.site.openSale(night, #""seats":50000,"price":70000"#)
            _ = try await bed.site.hold([1, 50_000], of: night, as: "ann")
            let answer = try await map(bed.other, night)
            let json = try JSONValue.parse(answer.body, bytesMax: 4 << 20)
            let seats = try #require(json["seats"]?.array)
            #expect(seats.count == 50_000)
            let held = seats.filter { $0["state"]?.string == "held" }
            #expect(held.map { $0["number"]?.integer } == [1, 50_000])
        }
    }
}
