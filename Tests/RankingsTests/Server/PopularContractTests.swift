import JSON
import TestGate
import Testing
import TestRedis

@testable import TestKit

/// The contract of the best sellers, on beds of its own: a list that was counted stays for minutes.
@Suite(.sideBySide, .timeLimit(.minutes(2))) struct PopularContractTests {
    private static let path = "/api/v1/products/popular"

    /// Two processes on PostgreSQL; one on SQLite.
    @Test(arguments: [2, 1])
    func theBestSellersAreShownToEverybody(_ count: Int) async throws {
        try await ServerBed.with(sites: count) { bed in
            let other = bed.sites[count - 1]
            for (name, units) in [("tee", 2), ("mug", 5), ("cap", 2)] {
                try await bed.site.supply(name, 10, price: 0)
                let answer = try await bed.site.order("\(name) \(units)", as: "ann", key: name)
                #expect(answer.status == 201, "\(answer.text)")
            }
            let answer = try await other.request("GET", Self.path)
            let at = try #require(answer.json?["refreshedAt"]?.string)
            // Within one second the greater name is first.
            let rest = answer.json?["products"]?.array?.map { $0["product"]?.string } ?? []
            #expect(rest.first == "mug" && Set(rest.dropFirst()) == ["tee", "cap"])
            let first =
                #"{"rank":1,"product":"mug","name":"The mug","units":5,"previousRank":null}"#
            let head = #"{"days":3,"refreshedAt":"\#(at)","products":[\#(first)"#
            #expect(answer.status == 200 && answer.text.hasPrefix(head + ","), "\(answer.text)")
            #expect(answer.names == ["days", "refreshedAt", "products"])
            #expect(answer.header("Cache-Control") == "no-cache")

            let one = try await bed.site.request("GET", Self.path + "?limit=1&days=3")
            #expect(one.text == head + "]}")
            let tag = try #require(one.header("ETag"))
            let same = try await other.request(
                "GET",
                Self.path + "?limit=1",
                ["If-None-Match": tag]
            )
            #expect(same.status == 304 && same.text == "")
            let week = try await other.request("GET", Self.path + "?days=7")
            #expect(week.json?["days"]?.integer == 7)
            #expect(week.json?["products"]?.array?.count == 3)
        }
    }

    /// Redis ends: the ledger goes on, in the same order, and says so.
    @Test func withoutRedisTheLedgerAnswers() async throws {
        try await ServerBed.with(sites: 1) { bed in
            for (name, units) in [("tee", 2), ("mug", 5), ("cap", 1)] {
                try await bed.site.supply(name, 10, price: 0)
                _ = try await bed.site.order("\(name) \(units)", as: "ann", key: name)
            }
            let before = try await bed.site.request("GET", Self.path)
            #expect(before.status == 200 && before.json?["source"] == nil, "\(before.text)")
            bed.redis.kill()
            try await until("the ledger answers") {
                let answer = try await bed.site.request("GET", Self.path)
                #expect(answer.status == 200)
                return answer.json?["source"]?.string == "ledger"
            }
            let after = try await bed.site.request("GET", Self.path)
            #expect(after.names == ["days", "refreshedAt", "products", "source"])
            #expect(after.json?["products"] == before.json?["products"])
            try bed.redis.start()
            try await until("Redis answers") {
                try await bed.site.request("GET", Self.path).json?["source"] == nil
            }
            let back = try await bed.site.request("GET", Self.path)
            #expect(back.json?["products"] == before.json?["products"])
        }
    }

    @Test func whatCannotBeAskedIsRefusedByName() async throws {
        try await ServerBed.with(sites: 1) { bed in
            for (query, field) in [
                ("days=0", "days"), ("days=32", "days"), ("days=", "days"), ("days=3.0", "days"),
                ("limit=0", "limit"), ("limit=101", "limit"), ("limit=+5", "limit"),
                ("days=3&limit=all", "limit"),
            ] {
                let answer = try await bed.site.request("GET", "\(Self.path)?\(query)")
                expectProblem(answer, 400, "invalid_request", naming: field, "\(query)")
            }
            let empty = try await bed.site.request("GET", Self.path + "?days=31&limit=100")
            #expect(empty.status == 200 && empty.json?["products"]?.array == [])
        }
    }
}
