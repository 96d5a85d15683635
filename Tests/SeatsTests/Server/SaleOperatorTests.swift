import JSON
import Testing

extension SaleContractTests {
    @Suite struct OperatorTests {
        private static let full =
            #"""
            "date":"2026-12-24","opening":"2026-01-01T09:00:00+09:00","seats":50,"price":70000,
            "room":"door","holdSeconds":60,"maxSeatsPerUser":2
            """#

        @Test(arguments: LedgerEngine.allCases)
        func whatIsPutIsReadBack(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room()
            let made = try await bed.site.operate(
                "PUT",
                "/concerts/\(night)",
                #"{"title":"Müde \"Nacht\""}"#
            )
            #expect(made.status == 200)
            #expect(made.names == ["concert", "title"])
            #expect(made.json?["title"]?.string == "Müde \"Nacht\"")
            let put = try await bed.site.operate(
                "PUT",
                "/performances/\(night)",
                #"{"concert":"\#(night)",\#(Self.full)}"#
            )
            #expect(put.status == 200)
            #expect(
                put.text
                    == #"{"performance":"\#(night)","concert":"\#(night)","date":"2026-12-24","#
                    + #""opening":"2026-01-01T00:00:00.000Z","seats":50,"price":70000,"#
                    + #""room":"door","holdSeconds":60,"maxSeatsPerUser":2,"#
                    + #""cancelsPerUser":20,"cancelUntil":null}"#
            )
            let concerts = try await bed.other.request("GET", "/api/v1/concerts?limit=200")
            #expect(concerts.status == 200)
            #expect(concerts.header("Cache-Control") == "no-cache")
            #expect(concerts.json?.array?.contains { $0["concert"]?.string == night } == true)
            let path = "/api/v1/concerts/\(night)/performances"
            let performances = try await bed.other.request("GET", path)
            #expect(performances.status == 200)
            #expect(
                performances.text == #"[{"performance":"\#(night)","date":"2026-12-24","#
                    + #""opening":"2026-01-01T00:00:00.000Z","seats":50,"available":50,"#
                    + #""price":70000,"room":"door","cancelsPerUser":20,"cancelUntil":null}]"#
            )
        }

        @Test(arguments: LedgerEngine.allCases)
        func fieldsLeftOutKeepTheirValue(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room()
            try await bed.site.openSale(night, #""seats":3,"price":10,"room":"door""#)
            let changed = try await bed.other.operate(
                "PUT",
                "/performances/\(night)",
                #"{"seats":5,"room":null}"#
            )
            #expect(
                changed.text == #"{"performance":"\#(night)","concert":"\#(night)","#
                    + #""date":"2026-12-24","opening":null,"seats":5,"price":10,"room":null,"#
                    + #""holdSeconds":300,"maxSeatsPerUser":4,"cancelsPerUser":20,"#
                    + #""cancelUntil":null}"#
            )
            #expect(try await bed.site.seats(night).count == 5)
        }

        @Test(arguments: LedgerEngine.allCases)
        func whatCannotBeIsRefusedByName(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room(), new = ServerBed.room()
            try await bed.site.openSale(night, #""seats":3,"price":10"#)
            let all = [
                "concert": "\"\(night)\"", "date": "\"2026-12-24\"", "seats": "1", "price": "1",
            ]
            for missing in all.keys {
                let rest = all.filter { $0.key != missing }.map { "\"\($0)\":\($1)" }
                let body = "{\(rest.joined(separator: ","))}"
                let answer = try await bed.site.operate("PUT", "/performances/\(new)", body)
                expectProblem(answer, 400, "invalid_request", naming: missing, "\(body)")
            }
            let path = "/performances/\(night)"
            for (body, field) in [
                (#"{"seats":2}"#, "seats"), (#"{"concert":"nobody-knows"}"#, "concert"),
                (#"{"date":"2026-02-30"}"#, "date"), (#"{"price":9007199254740993}"#, "price"),
                (#"{"capacity":1}"#, "capacity"), ("[]", "body"), ("", "body"),
            ] {
                let answer = try await bed.site.operate("PUT", path, body)
                expectProblem(answer, 400, "invalid_request", naming: field, "\(body)")
            }
            let long = String(repeating: "t", count: 501)
            for body in ["{}", #"{"title":""}"#, #"{"title":null}"#, #"{"title":"\#(long)"}"#] {
                let answer = try await bed.site.operate("PUT", "/concerts/\(night)", body)
                expectProblem(answer, 400, "invalid_request", naming: "title", "\(body)")
            }
            for path in ["/performances/a%20b", "/concerts/a%20b"] {
                let answer = try await bed.site.operate("PUT", path, "{}")
                expectProblem(answer, 400, "invalid_request", naming: "must be 1 to 128")
            }
            // Nothing of it was done.
            #expect(try await bed.site.seats(night).count == 3)
            #expect(try await bed.site.request("GET", "/api/v1\(path)/seats").status == 200)
            let gone = try await bed.site.request("GET", "/api/v1/performances/\(new)/seats")
            expectProblem(gone, 404, "not_found")
        }

        @Test(arguments: LedgerEngine.allCases)
        func onlyTheOperatorMayPut(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room()
            for path in ["/admin/v1/concerts/\(night)", "/admin/v1/performances/\(night)"] {
                expectProblem(try await bed.site.request("PUT", path), 401, "unauthenticated")
                let wrong = ["Authorization": "Bearer x", "X-User-Id": "ann"]
                expectProblem(try await bed.site.request("PUT", path, wrong), 403, "forbidden")
                let untyped = ["Authorization": "Bearer \(bed.site.adminKey)"]
                let answer = try await bed.site.request("PUT", path, untyped, body: "{}")
                expectProblem(answer, 415, "unsupported_media_type")
            }
        }

        @Test(arguments: LedgerEngine.allCases)
        func whatIsNotThereIsNotFound(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), night = ServerBed.room()
            for path in ["/concerts/\(night)/performances", "/performances/\(night)/seats"] {
                let answer = try await bed.site.request("GET", "/api/v1\(path)")
                expectProblem(answer, 404, "not_found", "\(path)")
            }
            try await bed.site.openSale(night, #""seats":1,"price":1"#)
            let empty = ServerBed.room()
            _ = try await bed.site.operate("PUT", "/concerts/\(empty)", #"{"title":"x"}"#)
            let none = try await bed.site.request("GET", "/api/v1/concerts/\(empty)/performances")
            #expect(none.status == 200 && none.text == "[]")
        }
    }
}
