import Foundation
import JSON
import Testing

@testable import TestKit

extension ContractTests {
    /// Lanes and their codes, from the operator to the visitor's page.
    @Suite struct LaneContractTests {
        private func enter(_ site: Site, _ room: String, as user: String, code: String)
            async throws -> Answer
        {
            try await site.request(
                "POST",
                "/api/v1/rooms/\(room)/tickets",
                ["X-User-Id": user, "Content-Type": "application/json"],
                body: #"{"code":"\#(code)"}"#
            )
        }

        private func codes(_ site: Site, _ room: String, _ lane: String, _ wish: String)
            async throws -> [String]
        {
            let answer = try await site.admin("POST", "\(room)/lanes/\(lane)/codes", body: wish)
            guard answer.status == 201 else { throw Unexpected(answer) }
            return answer.json?["codes"]?.array?.compactMap(\.string) ?? []
        }

        private static let two = #"{"main":1,"lanes":[{"name":"vip","weight":3}]}"#

        @Test func lanesAreMadeAndRead() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            expectProblem(try await bed.site.admin("GET", "\(room)/lanes"), 404, "not_found")
            try await bed.site.configure(room, #"{"capacity":0}"#)
            let none = try await bed.site.admin("GET", "\(room)/lanes")
            #expect(none.text == #"{"room":"\#(room)","main":1,"waiting":0,"lanes":[]}"#)
            let made = try await bed.site.admin("PUT", "\(room)/lanes", body: Self.two)
            let told = """
                {"room":"\(room)","main":1,"waiting":0,\
                "lanes":[{"name":"vip","weight":3,"waiting":0}]}
                """
            #expect(made.status == 200 && made.text == told)
            #expect(try await bed.other.admin("GET", "\(room)/lanes").text == told)
            // The settings are as they were.
            let settings = try await bed.other.report(room).members?.map(\.name)
            #expect(settings?.contains("lanes") == false)
            for (body, field) in [
                (#"{"main":0}"#, "main"), (#"{"main":1001}"#, "main"), (#"{"mian":1}"#, "mian"),
                (#"{"lanes":[{"name":"main","weight":1}]}"#, "lanes[0].name"),
                (#"{"lanes":[{"name":"a b","weight":1}]}"#, "lanes[0].name"),
                (#"{"lanes":[{"name":"a"}]}"#, "lanes[0].weight"),
                (#"{"lanes":[{"name":"a","weight":0}]}"#, "lanes[0].weight"),
                (#"{"lanes":[{"name":"a","weight":1},{"name":"a","weight":1}]}"#, "lanes"),
            ] {
                let answer = try await bed.site.admin("PUT", "\(room)/lanes", body: body)
                expectProblem(answer, 400, "invalid_request", naming: field)
            }
            expectProblem(
                try await bed.site.request("GET", "/admin/v1/rooms/\(room)/lanes"),
                401,
                "unauthenticated"
            )
        }

        @Test func aCodeLeadsIntoItsLane() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"capacity":0}"#)
            _ = try await bed.site.admin("PUT", "\(room)/lanes", body: Self.two)
            let single = try await codes(bed.site, room, "vip", #"{"count":2,"uses":1}"#)
            #expect(single.count == 2 && single.allSatisfy { $0.count == 19 })
            let ann = try await bed.site.entered(room, as: "ann")
            expectProblem(
                try await enter(bed.other, room, as: "ann", code: "nothing-real"),
                403,
                "code_invalid"
            )
            let bob = try await enter(bed.other, room, as: "bob", code: single[0])
            #expect(bob.status == 202)
            #expect(
                bob.json?.members?.map(\.name) == [
                    "ticket", "room", "state", "lane", "position", "ahead", "estimatedWaitSeconds",
                    "pollAfterMs", "sessionExpiresAt", "pass", "opening", "order",
                ]
            )
            #expect(bob.json?["lane"]?.string == "vip" && bob.json?["ahead"]?.integer == 0)
            expectProblem(
                try await enter(bed.site, room, as: "cat", code: single[0]),
                409,
                "code_used_up"
            )
            let before = try await bed.other.standing(room, as: "ann", ann.ticket)
            #expect(before.json["lane"]?.string == "main" && before.ahead == 0)
            let moved = try TicketDocument(
                try await enter(bed.site, room, as: "ann", code: single[1].lowercased())
            )
            #expect(moved.json["lane"]?.string == "vip" && moved.ahead == 0)
            // Everybody else sees it, and by any of her tickets.
            let after = try await bed.other.standing(room, as: "ann", ann.ticket)
            #expect(after.json["lane"]?.string == "vip" && after.ahead == 0)
            let lanes = try await bed.other.admin("GET", "\(room)/lanes").json
            #expect(lanes?["waiting"]?.integer == 0)
            #expect(lanes?["lanes"]?.array?.first?["waiting"]?.integer == 2)
            expectProblem(
                try await bed.site.admin("PUT", "\(room)/lanes", body: #"{"lanes":[]}"#),
                409,
                "lane_in_use"
            )
            // The next time without the code, from any process.
            _ = try await bed.site.leave(room, as: "bob", bob.json?["ticket"]?.string ?? "")
            try await until("the other process knows the lanes") {
                let again = try await bed.other.entered(room, as: "bob")
                return again.json["lane"]?.string == "vip" && again.ahead == 1
            }
        }

        @Test func withoutLanesNothingChanges() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"capacity":0}"#)
            let ann = try await bed.site.entered(room, as: "ann")
            #expect(
                ann.json.members?.map(\.name) == [
                    "ticket", "room", "state", "position", "ahead", "estimatedWaitSeconds",
                    "pollAfterMs", "sessionExpiresAt", "pass", "opening", "order",
                ]
            )
            expectProblem(
                try await enter(bed.site, room, as: "ann", code: "ABCD-EFGH"),
                403,
                "code_invalid"
            )
            let page = try await Browser(bed.site).get("/rooms/\(room)")
            #expect(page.text.contains("<div id=\"code-row\" hidden>"))
        }

        @Test func codesAreRefusedByName() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, "{}")
            _ = try await bed.site.admin("PUT", "\(room)/lanes", body: Self.two)
            for (body, field) in [
                (#"{"count":1}"#, "uses"), (#"{"uses":1}"#, "count or codes"),
                (#"{"count":10001,"uses":1}"#, "count"), (#"{"count":1,"uses":0}"#, "uses"),
                (#"{"count":1,"codes":["abcd"],"uses":1}"#, "codes"),
                (#"{"codes":["abcd","a_b"],"uses":1}"#, "codes[1]"),
                (#"{"codes":[],"uses":1}"#, "codes"),
            ] {
                let answer = try await bed.site.admin("POST", "\(room)/lanes/vip/codes", body: body)
                expectProblem(answer, 400, "invalid_request", naming: field)
            }
            expectProblem(
                try await bed.site.admin(
                    "POST",
                    "\(room)/lanes/press/codes",
                    body: #"{"count":1,"uses":1}"#
                ),
                404,
                "not_found"
            )
            // Two that are one since full-width letters are folded.
            let same = #"{"codes":["WINTER-26","ｗｉｎｔｅｒー２６"],"uses":1}"#
            expectProblem(
                try await bed.site.admin("POST", "\(room)/lanes/vip/codes", body: same),
                400,
                "invalid_request",
                naming: "codes[1] is the same code as codes[0]"
            )
            expectProblem(
                try await enter(bed.other, room, as: "ann", code: "winter26"),
                403,
                "code_invalid"
            )
            let given = #"{"codes":["SPRING-26"],"uses":null}"#
            #expect(try await codes(bed.site, room, "vip", given) == ["SPRING-26"])
            #expect(try await codes(bed.other, room, "vip", given) == ["SPRING-26"])
            expectProblem(
                try await bed.site.admin(
                    "POST",
                    "\(room)/lanes/vip/codes",
                    body: #"{"codes":["spring26"],"uses":5}"#
                ),
                409,
                "code_exists"
            )
        }

        /// As a Japanese or Korean keyboard types it, over the API and in the form of the page.
        @Test func aCodeIsTakenInFullWidthLetters() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"capacity":0}"#)
            _ = try await bed.site.admin("PUT", "\(room)/lanes", body: Self.two)
            _ = try await codes(bed.site, room, "vip", #"{"codes":["ＳＵＭＭＥＲ－２６"],"uses":null}"#)
            let entered = try await enter(bed.other, room, as: "ann", code: "ｓｕｍｍｅｒー２６")
            #expect(entered.json?["lane"]?.string == "vip")
            #expect(
                try await enter(bed.site, room, as: "bob", code: "summer26").status == 202
            )
            let browser = Browser(bed.site)
            let typed = "ｓｕｍｍｅｒ　２６".utf8.map { "%" + String($0, radix: 16) }.joined()
            #expect(try await browser.post("/rooms/\(room)/join", "code=\(typed)").status == 303)
            #expect(
                try await browser.get("/rooms/\(room)").text.contains(
                    "<dt>Your lane</dt>\n      <dd>vip</dd>"
                )
            )
        }

        /// The page takes a code from who is not in line yet, and from who is.
        @Test func aCodeIsTypedIntoThePage() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"capacity":0}"#)
            _ = try await bed.site.admin("PUT", "\(room)/lanes", body: Self.two)
            let code = try await codes(bed.site, room, "vip", #"{"count":1,"uses":1}"#)[0]
            let ann = Browser(bed.site)
            #expect(try await ann.get("/rooms/\(room)").text.contains("<div id=\"code-row\" >"))
            let wrong = try await ann.post("/rooms/\(room)/join", "code=no-such-code")
            #expect(wrong.status == 403)
            #expect(wrong.text.contains("This is not a code of this room."))
            #expect(try await ann.post("/rooms/\(room)/join").status == 303)
            let typed = code.lowercased().replacingOccurrences(of: "-", with: "+")
            #expect(try await ann.post("/rooms/\(room)/join", "code=\(typed)").status == 303)
            let page = try await ann.get("/rooms/\(room)").text
            #expect(page.contains("<dt>Your lane</dt>\n      <dd>vip</dd>"))
            let bob = Browser(bed.site)
            #expect(try await bob.post("/rooms/\(room)/join").status == 303)
            let late = try await bob.post("/rooms/\(room)/join", "code=\(code)")
            #expect(late.status == 409)
            #expect(late.text.contains("This code has been used as often as it may be."))
            #expect(
                try await bob.get("/rooms/\(room)").text.contains(
                    "<p id=\"position\" class=\"number\">1<"
                )
            )
        }
    }
}
