import JSON
import Testing

@testable import TestKit

extension SaleContractTests {
    /// `If-Match`: who changes something says from what.
    @Suite struct PreconditionTests {
        private static let pairs = 30

        private func put(
            _ site: Site,
            _ method: String,
            _ path: String,
            _ body: String,
            _ more: [String: String] = [:]
        ) async throws -> Answer {
            var headers = [
                "Authorization": "Bearer \(site.adminKey)", "Content-Type": "application/json",
            ]
            headers.merge(more) { _, new in new }
            return try await site.request(method, "/admin/v1\(path)", headers, body: body)
        }

        private func tag(_ site: Site, _ path: String) async throws -> String {
            let headers = ["Authorization": "Bearer \(site.adminKey)"]
            let answer = try await site.request("GET", "/admin/v1\(path)", headers)
            guard answer.status == 200, let tag = answer.header("ETag") else {
                throw Unexpected(answer)
            }
            return tag
        }

        /// Without the part that counts change.
        private static func said(_ tag: String) -> String {
            tag.firstIndex(of: "+").map { tag[..<$0] + "\"" } ?? tag
        }

        /// Everything that the operator puts, with two bodies; a thing of its own each time.
        private func make(_ site: Site) async throws -> [(String, String, String, String)] {
            let name = ServerBed.room()
            try await site.openSale(name, #""seats":10,"price":3"#)
            try await site.openCoupon(name, #""quantity":3"#)
            let product = #"{"name":"Tee","price":1,"stock":5}"#
            for (path, body) in [("products", product), ("rooms", "{}"), ("boards", "{}")] {
                let made = try await put(site, "PUT", "/\(path)/\(name)", body)
                guard made.status == 200 else { throw Unexpected(made) }
            }
            return [
                ("PUT", "/concerts/\(name)", #"{"title":"b"}"#, #"{"title":"c"}"#),
                ("PUT", "/performances/\(name)", #"{"seats":20}"#, #"{"price":7}"#),
                ("PUT", "/products/\(name)", #"{"stock":9}"#, #"{"price":7}"#),
                ("PATCH", "/products/\(name)", #"{"stock":{"add":2}}"#, #"{"stock":{"add":3}}"#),
                ("PUT", "/coupons/\(name)", #"{"quantity":9}"#, #"{"name":"b"}"#),
                ("PUT", "/rooms/\(name)", #"{"capacity":9}"#, #"{"rate":9}"#),
                ("PUT", "/boards/\(name)", #"{"windows":["all"]}"#, #"{"timeZone":"Asia/Seoul"}"#),
                // The same again, and nothing at all, are changes, too.
                ("PUT", "/performances/\(name)", "{}", "{}"),
                ("PUT", "/products/\(name)", "{}", "{}"), ("PUT", "/boards/\(name)", "{}", "{}"),
                (
                    "PUT", "/rooms/\(name)/lanes", #"{"lanes":[{"name":"a","weight":2}]}"#,
                    #"{"main":3}"#
                ),
            ]
        }

        /// The stock moves the state of a room, and no tag with it.
        @Test func aRoomThatItsStockHasSoldOutCanBeChanged() async throws {
            let bed = try SaleBed.on(.sqlite), site = bed.site
            let name = ServerBed.room()
            try await site.configure(name, #"{"capacity":5}"#)
            try await site.openSale(name, #""seats":1,"price":0,"room":"\#(name)""#)
            _ = try await site.entered(name, as: "ann")
            let before = try await tag(site, "/rooms/\(name)")
            let hold = try await site.hold([1], of: name, as: "ann")
            #expect(try await site.pay(hold, as: "ann", key: name).status == 201)
            try await until("the room is sold out") {
                try await site.report(name)["state"]?.string == "sold_out"
            }
            #expect(Self.said(try await tag(site, "/rooms/\(name)")) == Self.said(before))
            for (tag, status) in [(before, 200), (before, 412)] {
                let header = ["If-Match": tag]
                let body = #"{"capacity":6}"#
                #expect(try await put(site, "PUT", "/rooms/\(name)", body, header).status == status)
            }
        }

        @Test(arguments: LedgerEngine.allCases)
        func ofTwoWithOneTagOneIsDone(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine)
            for index in 0..<Self.pairs {
                for (method, path, one, other) in try await make(bed.site) {
                    let tag = try await tag(index % 2 == 0 ? bed.site : bed.other, path)
                    let header = ["If-Match": tag]
                    async let first = put(bed.site, method, path, one, header)
                    async let second = put(bed.other, method, path, other, header)
                    let statuses = try await [first.status, second.status]
                    #expect(statuses.sorted() == [200, 412], "\(index) \(method) \(path)")
                    let now = try await self.tag(bed.site, path)
                    #expect(now != tag, "\(method) \(path)")
                }
            }
        }

        @Test(arguments: LedgerEngine.allCases)
        func theTagIsTheDocuments(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine)
            for (method, path, one, other) in try await make(bed.site) {
                let old = try await tag(bed.other, path)
                let done = try await put(bed.site, method, path, one, ["If-Match": old])
                #expect(done.status == 200, "\(done.text)")
                let new = try #require(done.header("ETag"))
                #expect(Self.said(try await tag(bed.other, path)) == new, "\(path)")
                let stale = try await put(bed.other, method, path, other, ["If-Match": old])
                expectProblem(stale, 412, "precondition_failed", "\(path)")
                // Weak tags, other texts and nothing at all are nobody's.
                // One with counts, where there are such.
                let full = try await tag(bed.site, path)
                for field in [
                    "W/\(new)", "\(old), W/\(new)", "x", "", "\"*\"", "*, \(old)", full + full,
                    "\(full) b\"", "\(new.dropLast())+a\" b\"", "\(new.dropLast())+a b\"",
                ] {
                    let answer = try await put(bed.site, method, path, other, ["If-Match": field])
                    expectProblem(answer, 412, "precondition_failed", "\(path) \(field)")
                }
                #expect(Self.said(try await tag(bed.site, path)) == new)
                let listed = ["If-Match": "\"a,b\", \(old),\(new)"]
                let again = try await put(bed.site, method, path, one, listed)
                #expect(again.status == 200, "\(again.text)")
                let any = try await put(bed.other, method, path, other, ["If-Match": "*"])
                #expect(any.status == 200, "\(any.text)")
            }
        }

        @Test(arguments: LedgerEngine.allCases)
        func whatIsNotThereMatchesNothing(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), name = ServerBed.room(), old = ServerBed.room()
            try await bed.site.openSale(old, #""seats":1,"price":1"#)
            for (path, body) in [
                ("/concerts/\(name)", #"{"title":"b"}"#),
                (
                    "/performances/\(name)",
                    #"{"concert":"\#(old)","date":"2026-12-24","seats":1,"price":1}"#
                ), ("/products/\(name)", #"{"name":"a","price":1,"stock":1}"#),
                (
                    "/coupons/\(name)",
                    #"{"name":"a","quantity":1,"discountAmount":1}"#
                ), ("/rooms/\(name)", "{}"), ("/boards/\(name)", "{}"),
                ("/rooms/\(name)/lanes", "{}"),
            ] {
                for field in ["*", "\"1\""] {
                    let answer = try await put(bed.site, "PUT", path, body, ["If-Match": field])
                    expectProblem(answer, 412, "precondition_failed", "\(path) \(field)")
                }
                let headers = ["Authorization": "Bearer \(bed.site.adminKey)"]
                let none = try await bed.other.request("GET", "/admin/v1\(path)", headers)
                expectProblem(none, 404, "not_found", "\(path)")
                let stranger = try await bed.other.request("GET", "/admin/v1\(path)")
                expectProblem(stranger, 401, "unauthenticated", "\(path)")
            }
        }

        /// `If-None-Match: *` on a change: it is only to be made.
        @Test(arguments: LedgerEngine.allCases)
        func whatIsThereIsNotMadeAgain(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine), name = ServerBed.room(), old = ServerBed.room()
            try await bed.site.openSale(old, #""seats":1,"price":1"#)
            let only = ["If-None-Match": "*"]
            for (path, body) in [
                ("/concerts/\(name)", #"{"title":"b"}"#),
                (
                    "/performances/\(name)",
                    #"{"concert":"\#(old)","date":"2026-12-24","seats":1,"price":1}"#
                ), ("/products/\(name)", #"{"name":"a","price":1,"stock":1}"#),
                ("/coupons/\(name)", #"{"name":"a","quantity":1,"discountAmount":1}"#),
                ("/rooms/\(name)", "{}"), ("/boards/\(name)", "{}"),
            ] {
                async let first = put(bed.site, "PUT", path, body, only)
                async let second = put(bed.other, "PUT", path, body, only)
                let statuses = try await [first.status, second.status]
                #expect(statuses.sorted() == [200, 412], "\(path)")
                let before = try await tag(bed.site, path)
                let again = try await put(bed.site, "PUT", path, body, only)
                expectProblem(again, 412, "precondition_failed", "\(path)")
                let known = ["If-None-Match": "\"x\", W/\(before)"]
                let same = try await put(bed.site, "PUT", path, body, known)
                expectProblem(same, 412, "precondition_failed", "\(path)")
                #expect(try await tag(bed.other, path) == before, "\(path)")
                let both = ["If-Match": before, "If-None-Match": "\"x\""]
                #expect(try await put(bed.other, "PUT", path, body, both).status == 200, "\(path)")
            }
            let lanes = try await put(bed.site, "PUT", "/rooms/\(name)/lanes", "{}", only)
            expectProblem(lanes, 412, "precondition_failed")
            let incomplete = try await put(bed.site, "PUT", "/products/\(name)x", "{}", only)
            expectProblem(incomplete, 400, "invalid_request", naming: "name")
            let patch = #"{"stock":{"add":1}}"#
            let patched = try await put(bed.site, "PATCH", "/products/\(name)", patch, only)
            expectProblem(patched, 412, "precondition_failed")
            let unknown = try await put(bed.site, "PATCH", "/products/\(name)x", patch, only)
            expectProblem(unknown, 404, "not_found")
        }

        /// A request whose headers may stand on several lines.
        private func send(
            _ site: Site,
            _ method: String,
            _ path: String,
            _ lines: [String],
            body: String? = nil
        ) async throws -> Answer {
            let client = try HTTPClient(site.port)
            var head = "\(method) /admin/v1\(path) HTTP/1.1\r\nHost: test\r\n"
            head += "Authorization: Bearer \(site.adminKey)\r\nContent-Type: application/json\r\n"
            for line in lines { head += line + "\r\n" }
            if let body { head += "Content-Length: \(body.utf8.count)\r\n" }
            client.send(head + "\r\n" + (body ?? ""))
            return try await client.answer()
        }

        /// All that the operator puts can be read, and is 304 to whoever has it as it is.
        @Test func aReaderThatHasItHearsSo() async throws {
            let site = try SaleBed.on(.sqlite).site
            for (method, path, one, other) in try await make(site) {
                let old = try await tag(site, path)
                for lines in [
                    [old], ["W/\(old)"], ["*"], ["\"x\"", old], [old, "\"x\""],
                    ["\"x,y\", W/\(old)"],
                ] {
                    let headers = lines.map { "If-None-Match: " + $0 }
                    let same = try await send(site, "GET", path, headers)
                    #expect(same.status == 304 && same.body.isEmpty, "\(path) \(lines)")
                    #expect(same.header("ETag") == old, "\(path)")
                }
                for field in ["\"x\"", "x", "", "*, \"x\"", Self.said(old).dropLast() + "0\""] {
                    let answer = try await send(site, "GET", path, ["If-None-Match: \(field)"])
                    #expect(answer.status == 200, "\(path) \(field)")
                }
                // `If-Match` on several lines is one list.
                let lines = ["If-Match: \"x\"", "If-Match: \(old)"]
                let done = try await send(site, method, path, lines, body: one)
                #expect(done.status == 200, "\(path) \(done.text)")
                let stale = try await send(site, method, path, lines, body: other)
                expectProblem(stale, 412, "precondition_failed", "\(path)")
                let changed = try await send(site, "GET", path, ["If-None-Match: \(old)"])
                #expect(changed.status == 200 && changed.header("ETag") != old, "\(path)")
            }
        }

        /// Counts are part of the text, and not of what was put.
        @Test func countsAreNotTakenForWhatTheyWere() async throws {
            let site = try SaleBed.on(.sqlite).site, name = ServerBed.room()
            try await site.configure(name, #"{"capacity":0}"#)
            for (path, body) in [
                ("/rooms/\(name)", #"{"rate":7}"#), ("/rooms/\(name)/lanes", #"{"main":2}"#),
            ] {
                let before = try await tag(site, path)
                _ = try await site.entered(name, as: "ann-\(path.utf8.count)")
                let now = try await send(site, "GET", path, ["If-None-Match: \(before)"])
                #expect(now.status == 200 && now.header("ETag") != before, "\(path)")
                let headers = ["If-Match: \(before)"]
                let done = try await send(site, "PUT", path, headers, body: body)
                #expect(done.status == 200, "\(path) \(done.text)")
            }
        }
    }
}
