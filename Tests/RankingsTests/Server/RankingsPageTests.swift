import Foundation
import JSON
import TestGate
import Testing
import TestPostgres
import TestRedis

@testable import TestKit

/// The page of rankings as a browser has it, and what keeps it true.
@Suite(.sideBySide, .timeLimit(.minutes(2))) struct RankingsPageTests {
    private func sellOut(_ site: Site, _ night: String, _ user: String) async throws {
        try await site.openSale(night, #""seats":2,"price":1"#)
        try await site.charge(user, 10)
        let hold = try await site.hold([1, 2], of: night, as: user)
        #expect(try await site.pay(hold, as: user, key: "pay").status == 201)
    }

    @Test func itShowsWhatIsRanked() async throws {
        try await ServerBed.with(sites: 1) { bed in
            let empty = try await bed.site.request("GET", "/rankings")
            #expect(empty.status == 200)
            #expect(empty.header("Content-Type") == "text/html; charset=utf-8")
            #expect(empty.text.contains("No concert is ranked yet."))
            #expect(!empty.text.contains("{{"))
            try await bed.site.supply("tee", 5, price: 1)
            try await sellOut(bed.site, "eve", "ann")
            _ = try await bed.site.order("tee 3", as: "ann", key: "o")
            try await until("both are on the page") {
                let page = try await bed.site.request("GET", "/rankings").text
                return page.contains("A night, 2026-12-24") && page.contains("3 sold")
                    && page.contains("sold out in 0:0")
            }
            let traced = try await bed.site.request("GET", "/rankings?board=products&member=tee")
            #expect(traced.text.contains("<h2 id=\"plot-title\""))
            #expect(traced.text.contains("tee: rank over time"), "\(traced.text)")
            let untraced = try await bed.site.request("GET", "/rankings?board=other&member=tee")
            #expect(!untraced.text.contains("tee: rank over time"))
            let korean = try await bed.site.request(
                "GET",
                "/rankings",
                ["Accept-Language": "ko"]
            )
            #expect(korean.text.contains("<html lang=\"ko\">"))
            let index = try await bed.site.request("GET", "/").text
            #expect(index.contains("<a href=\"/rankings\">Fastest sell-outs"))
            for part in korean.text.components(separatedBy: "\"/assets/").dropFirst() {
                let path = "/assets/" + (part.components(separatedBy: "\"").first ?? "")
                #expect(try await bed.site.request("GET", path).status == 200, "\(path)")
            }
        }
    }

    @Test func aStreamTellsWhatChanges() async throws {
        try await ServerBed.with(sites: 1) { bed in
            let client = try HTTPClient(bed.site.port)
            client.send("GET", "/api/v1/rankings/events")
            #expect(try await client.head().header("Content-Type") == "text/event-stream")
            _ = try await client.take(through: "event: concerts\ndata: []\n")
            try await sellOut(bed.site, "eve", "ann")
            let mark = #""soldOutCount":2,"rank":1,"concert":"eve","#
            let told = try await client.take(through: mark)
            #expect(told.contains("event: concerts\ndata: [{"), "\(told)")
        }
    }

    @Test func theDemoMovesTheLists() async throws {
        try await ServerBed.with(["--demo"], sites: 1) { bed in
            try await until("an evening is sold out and something was bought", seconds: 40) {
                let concerts = try await bed.site.request("GET", "/api/v1/concerts/ranking").text
                let products = try await bed.site.request("GET", "/api/v1/products/popular").text
                return concerts.contains(#""performance":"demo-matinee""#)
                    && concerts.contains(#""soldOut":true"#) && products.contains(#""rank":1"#)
            }
            let page = try await bed.site.request("GET", "/rankings").text
            #expect(page.contains("Club nights"))
        }
    }
}
