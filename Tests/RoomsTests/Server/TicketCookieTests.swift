import Foundation
import JSON
import Testing

extension ContractTests {
    /// The ticket as browsers carry it.
    @Suite struct CookieTests {
        private func attributes(_ answer: Answer) throws -> [String] {
            let cookie = try #require(answer.header("Set-Cookie"))
            return cookie.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
        }

        @Test(arguments: [false, true]) func theCookieIsForThisServerOnly(isTLS: Bool) async throws
        {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, "{}")
            let answer = try await bed.site.request(
                "POST",
                "/api/v1/rooms/\(room)/tickets",
                ["X-User-Id": "ann"].merging(isTLS ? ["X-Forwarded-Proto": "https"] : [:]) { $1 }
            )
            let attributes = try attributes(answer)
            let name = (isTLS ? "__Host-" : "") + "onsale_ticket_\(room)"
            #expect(attributes.first == "\(name)=\(try TicketDocument(answer).ticket)")
            #expect(attributes.contains("HttpOnly"))
            #expect(attributes.contains("SameSite=Lax"))
            #expect(attributes.contains("Path=/"))
            #expect(attributes.contains("Secure") == isTLS)
        }

        @Test func theCookieStandsInForTheHeader() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"capacity":0}"#)
            let ann = try await bed.site.entered(room, as: "ann")
            let cookie = ["Cookie": "a=b; onsale_ticket=\(ann.ticket); c=d"]
            let path = "/api/v1/rooms/\(room)/tickets/me"
            let answer = try await bed.other.request("GET", path, cookie)
            #expect(try TicketDocument(answer).position == 1)
            // Nothing new to remember: no cookie is set.
            #expect(answer.header("Set-Cookie") == nil)
            let foreign = try await bed.site.request(
                "GET",
                path,
                cookie.merging(["X-User-Id": "eve"]) { $1 }
            )
            #expect(foreign.status == 403 && foreign.code == "ticket_invalid")
        }

        @Test func aStaleCookieDoesNotKeepAVisitorOut() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"capacity":0}"#)
            let answer = try await bed.site.request(
                "POST",
                "/api/v1/rooms/\(room)/tickets",
                ["X-User-Id": "ann", "Cookie": "onsale_ticket=of-another-day"]
            )
            #expect(answer.status == 202)
            #expect(try attributes(answer).first?.hasPrefix("onsale_ticket_\(room)=") == true)
        }

        @Test func theTicketIsFoundWhereverItStands() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room(), other = ServerBed.room()
            for room in [room, other] { try await bed.site.configure(room, "{}") }
            let ann = try await bed.site.entered(room, as: "ann").ticket
            let elsewhere = try await bed.site.entered(other, as: "ann").ticket
            let cookies = [
                "onsale_ticket_\(room)=\(ann)", "__Host-onsale_ticket_\(room)=\(ann)",
                "onsale_ticket=\(ann)", "onsale_ticket=\"\(ann)\"",
                "onsale_ticket=forged; onsale_ticket=\(ann)",
                "onsale_ticket=\(elsewhere); onsale_ticket=\(ann)",
                "onsale_ticket_\(room)=; onsale_ticket_\(other)=\(elsewhere); onsale_ticket=\(ann)",
                "theme=\"dark; onsale_ticket=\(ann)", "a=1,2; onsale_ticket=\(ann)",
                "json={\"a\":[1,2]}; onsale_ticket=\(ann);b", "=;;onsale_ticket=\(ann)",
            ]
            for cookie in cookies {
                let path = "/api/v1/rooms/\(room)"
                let headers = ["Cookie": cookie]
                let door = try await bed.site.request("GET", path + "/admission", headers)
                #expect(door.status == 204, "\(cookie)")
                let status = try await bed.other.request("GET", path + "/tickets/me", headers)
                #expect(status.status == 200, "\(cookie)")
            }
        }

        /// A browser stands in two rooms of one host.
        @Test func eachRoomHasACookieOfItsOwn() async throws {
            let bed = try ServerBed.current()
            let rooms = [ServerBed.room(), ServerBed.room() + ":a@b"]
            let browser = Browser(bed.site)
            for room in rooms {
                try await bed.site.configure(room, #"{"capacity":0}"#)
                #expect(try await browser.post("/rooms/\(room)/join").status == 303)
            }
            for room in rooms {
                let page = try await browser.get("/rooms/\(room)")
                #expect(page.text.contains("data-view=\"waiting\""), "\(room)")
            }
        }

        /// Somebody else logs in on the same browser.
        @Test func anotherUsersTicketIsSetAside() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"capacity":0}"#)
            let ann = try await bed.site.entered(room, as: "ann").ticket
            let bob = ["X-User-Id": "bob", "Cookie": "onsale_ticket_\(room)=\(ann)"]
            let page = try await bed.site.request("GET", "/rooms/\(room)", bob)
            #expect(page.text.contains("data-view=\"notInLine\""), "\(page.text.prefix(900))")
            let left = try await bed.site.request("POST", "/rooms/\(room)/leave", bob)
            #expect(left.status == 303)
            #expect(try await bed.site.standing(room, as: "ann", ann).position == 1)
            let path = "/api/v1/rooms/\(room)/tickets"
            let entered = try await bed.site.request("POST", path, bob)
            #expect(try TicketDocument(entered).position == 2)
        }

        /// Whoever took a ticket has it for its visit, not for its user's next one.
        @Test func anEarlierVisitsTicketAloneIsOver() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, "{}")
            let old = try await bed.site.entered(room, as: "ann").ticket
            try await bed.site.done("ann", in: room)
            let new = try await bed.site.entered(room, as: "ann").ticket
            #expect(new != old)
            let path = "/api/v1/rooms/\(room)/tickets/me"
            let cookie = ["Cookie": "onsale_ticket_\(room)=\(old)"]
            for site in bed.sites {
                #expect(try await site.admission(room, new).status == 204)
                let door = try await site.admission(room, old)
                expectProblem(door, 401, "unauthenticated")
                #expect(door.header("Onsale-Pass") == nil)
                let status = try await site.request("GET", path, cookie)
                #expect(status.json?["state"]?.string == "expired")
                #expect(status.json?["ticket"]?.string == old)
                #expect(status.json?["pass"]?.string == nil)
                #expect(!status.text.contains(new))
                let client = try HTTPClient(site.port)
                client.send("GET", path + "/events", cookie)
                var told = ""
                while !told.contains("data: ") {
                    let more = try await client.take(through: "\n\n")
                    told += more
                }
                #expect(told.contains("\"state\":\"expired\"") && !told.contains(new))
                #expect(try await site.request("DELETE", path, cookie).status == 204)
                // The owner finds the present visit with it, as ever.
                let own = try await site.standing(room, as: "ann", old)
                #expect(own.state == "admitted" && own.ticket == new)
                #expect(try await site.admission(room, new).status == 204)
            }
        }

        /// A ticket in a header is not a browser's: it needs its owner's credentials.
        @Test func aTicketInAHeaderNeedsCredentialsOnPagesToo() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"capacity":0}"#)
            let ann = try await bed.site.entered(room, as: "ann").ticket
            let header = ["Onsale-Ticket": ann]
            for (method, path) in [("POST", "leave"), ("POST", "join")] {
                let path = "/rooms/\(room)/\(path)"
                let answer = try await bed.site.request(method, path, header)
                expectProblem(answer, 401, "unauthenticated", "\(path)")
            }
            let page = try await bed.site.request("GET", "/rooms/\(room)", header)
            expectProblem(page, 401, "unauthenticated")
            #expect(try await bed.site.standing(room, as: "ann", ann).position == 1)
        }
    }
}
