import Testing
import TestRedis

extension ContractTests {
    /// An argument of a query that stands twice: two readers would read two requests.
    @Suite struct QueryTests {
        private func ask(_ site: Site, _ target: String) async throws -> Answer {
            let headers = ["Authorization": "Bearer \(site.adminKey)", "Accept": "text/html"]
            return try await site.request("GET", target, headers)
        }

        @Test func theAPIReadsNoArgumentTwice() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, "{}")
            let targets = [
                ("/api/v1/concerts?limit=5", "limit=7"), ("/api/v1/concerts?limit=5", "limit=5"),
                ("/api/v1/concerts?limit=5", "limit"), ("/api/v1/concerts?limit=5", "LIMIT=7"),
                ("/api/v1/concerts?after=a&limit=5", "after=b"),
                ("/api/v1/concerts/ranking?by=t90", "by=sold"),
                ("/api/v1/concerts/ranking?window=all", "window=all"),
                ("/api/v1/products/popular?days=3", "days=4"),
                ("/api/v1/boards/concerts?window=all&offset=0", "offset=1"),
                ("/api/v1/boards/concerts?window=all&period=last", "period=last"),
                ("/api/v1/boards/concerts/members/m?around=1", "around=2"),
                ("/api/v1/rooms/\(room)/draw/entrants?page=0", "page=1"),
                ("/api/v1/rooms/\(room)/admission?redirect=1", "redirect=0"),
                ("/admin/v1/events?after=0", "after=9"),
            ]
            for (target, second) in targets {
                let twice = try await ask(bed.site, target + "&" + second)
                let name = second.prefix { $0 != "=" }.lowercased()
                expectProblem(twice, 400, "invalid_request", "\(target)&\(second)")
                #expect(twice.detail == "\(name) stands twice", "\(twice.text)")
            }
            // What is not read is not looked at.
            let other = try await ask(bed.site, "/api/v1/concerts?limit=5&x=1&x=2")
            #expect(other.status == 200)
        }

        /// `%6cimit` is `limit`, to a proxy too.
        @Test func anEncodedNameIsTheSameName() async throws {
            let bed = try ServerBed.current()
            for query in ["%6cimit=1&limit=2", "limit=1&%6Cimit=2", "%4Cimit=1&li%6dit=1"] {
                let twice = try await ask(bed.site, "/api/v1/concerts?" + query)
                expectProblem(twice, 400, "invalid_request", "\(query)")
                #expect(twice.detail == "limit stands twice", "\(twice.text)")
            }
            #expect(try await ask(bed.site, "/api/v1/concerts?%6cimit=1").status == 200)
            let bad = try await ask(bed.site, "/api/v1/concerts?%6cimit=x")
            expectProblem(bad, 400, "invalid_request")
            #expect(bad.detail.hasPrefix("limit must be"), "\(bad.text)")
        }

        /// Links to pages come from anywhere.
        @Test func aPageTakesTheFirst() async throws {
            let bed = try ServerBed.current(), room = ServerBed.room()
            try await bed.site.configure(room, "{}")
            for target in ["/?after=a&after=b", "/rooms/\(room)?continue=%2Fa&continue=%2Fb"] {
                #expect(try await ask(bed.site, target).status == 200, "\(target)")
            }
        }
    }
}
