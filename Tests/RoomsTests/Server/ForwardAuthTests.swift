import JSON
import Testing

extension ContractTests {
    /// What the proxies of this world are told at the door, and what their clients can use of it.
    @Suite struct ForwardAuthTests {
        private func door(
            _ site: Site,
            _ room: String,
            _ headers: [String: String],
            query: String = ""
        ) async throws -> Answer {
            try await site.request("GET", "/api/v1/rooms/\(room)/admission\(query)", headers)
        }

        @Test func theShopLearnsWhoItIs() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"capacity":1}"#)
            let ann = try await bed.site.entered(room, as: "ann:7f@example.org")
            for site in bed.sites {
                let inside = try await site.admission(room, ann.ticket)
                #expect(inside.status == 204)
                #expect(inside.header("Onsale-User") == "ann:7f@example.org")
                #expect(inside.header("Onsale-Pass") == ann.pass && ann.pass != nil)
                #expect(inside.header("Cache-Control") == "no-store")
            }
            let bob = try await bed.site.entered(room, as: "bob")
            let outside = try await bed.other.admission(room, bob.ticket)
            #expect(outside.header("Onsale-User") == nil && outside.header("Onsale-Pass") == nil)
        }

        /// A proxy asks about another request and passes its length on, and not its body.
        @Test func theDoorAnswersWithoutTheBody() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"capacity":1}"#)
            let ann = try await bed.site.entered(room, as: "ann").ticket
            let inside = ["Onsale-Ticket": ann, "Content-Length": "50000"]
            for (headers, status) in [(inside, 204), (["Content-Length": "1000000"], 401)] {
                let client = try HTTPClient(bed.site.port)
                client.send("GET", "/api/v1/rooms/\(room)/admission", headers)
                let answer = try await client.answer()
                #expect(answer.status == status)
                // What comes next on this connection cannot be told from the body.
                #expect(answer.header("Connection") == "close")
                #expect(await client.seesEnd())
            }
        }

        /// Scripts and forms cannot use a redirect; nor can a proxy that did not ask for one.
        @Test func aScriptIsToldWhereTheLineIs() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, "{}")
            let clients: [([String: String], String)] = [
                (["Accept": "*/*"], "?redirect=1"),
                (["Sec-Fetch-Mode": "cors", "Accept": "text/html"], "?redirect=1"),
                (["Sec-Fetch-Mode": "navigate"], ""), (["Accept": "text/html"], "?redirect=0"),
            ]
            for (headers, query) in clients {
                let sent = headers.merging(["X-Forwarded-Uri": "/buy?a=1&b=2"]) { $1 }
                let answer = try await door(bed.site, room, sent, query: query)
                expectProblem(answer, 401, "unauthenticated", "\(headers)")
                #expect(answer.header("Retry-After") == "5")
                #expect(answer.header("WWW-Authenticate") == "Bearer")
                let page = answer.json?["waitingPage"]?.string
                #expect(page == "/rooms/\(room)?continue=%2Fbuy%3Fa%3D1%26b%3D2")
            }
        }

        @Test func aNavigationIsSentToTheLine() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, "{}")
            for mode in [
                ["Sec-Fetch-Mode": "navigate"], ["Accept": "text/html,application/xml;q=0.9,*/*"],
            ] {
                // As nginx and Caddy ask.
                var sent = mode
                sent["X-Forwarded-Uri"] = "/buy?a=1,2"
                var answer = try await door(bed.site, room, sent, query: "?redirect=1")
                #expect(answer.status == 303 && answer.header("Cache-Control") == "no-store")
                let path = "/rooms/\(room)?continue=%2Fbuy%3Fa%3D1%2C2"
                #expect(answer.header("Location") == path)
                // As Traefik asks, which takes a path for one of the server that it asked.
                sent["X-Forwarded-Proto"] = "https"
                sent["X-Forwarded-Host"] = "shop.example:8443"
                answer = try await door(bed.site, room, sent, query: "?redirect=1")
                #expect(answer.header("Location") == "https://shop.example:8443" + path)
                // A form is not sent again by a link.
                sent["X-Forwarded-Method"] = "POST"
                answer = try await door(bed.site, room, sent, query: "?redirect=1")
                let line = "https://shop.example:8443/rooms/\(room)"
                #expect(answer.status == 303 && answer.header("Location") == line)
            }
        }

        /// Nobody is led to another site.
        @Test(arguments: [
            ["X-Forwarded-Uri": "//evil.example"], ["X-Forwarded-Uri": "https://evil.example/"],
            ["X-Forwarded-Host": "evil.example/x", "X-Forwarded-Proto": "https"],
            ["X-Forwarded-Host": "a@evil.example", "X-Forwarded-Proto": "https"],
            ["X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "javascript"],
        ])
        func aGarbledAddressIsLeftOut(_ headers: [String: String]) async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, "{}")
            let sent = headers.merging(["Sec-Fetch-Mode": "navigate"]) { $1 }
            let answer = try await door(bed.site, room, sent, query: "?redirect=1")
            #expect(answer.header("Location") == "/rooms/\(room)", "\(headers)")
        }

        /// One ticket for a thousand browsers.
        @Test func aSessionIsUsedByAFewAddresses() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, #"{"clientsPerSession":2}"#)
            let ann = try await bed.site.entered(room, as: "ann").ticket
            let bob = try await bed.site.entered(room, as: "bob").ticket
            func from(_ address: String, _ ticket: String) async throws -> Answer {
                let headers = ["Onsale-Ticket": ticket, "X-Forwarded-For": address]
                return try await door(bed.site, room, headers)
            }
            for address in ["203.0.113.1", "203.0.113.2", "203.0.113.1"] {
                #expect(try await from(address, ann).status == 204, "\(address)")
            }
            expectProblem(try await from("203.0.113.3", ann), 403, "forbidden")
            // Another's session is another's; those who use it already go on.
            #expect(try await from("203.0.113.3", bob).status == 204)
            #expect(try await from("203.0.113.2", ann).status == 204)
            // An IPv6 /64 is one client. A proxy that does not say for whom it asks is none.
            #expect(try await from("2001:db8::1", bob).status == 204)
            #expect(try await from("2001:db8::2", bob).status == 204)
            #expect(try await bed.site.admission(room, ann).status == 204)
            // Without the limit all may.
            try await bed.site.configure(room, #"{"clientsPerSession":null}"#)
            #expect(try await from("203.0.113.3", ann).status == 204)
        }
    }
}
