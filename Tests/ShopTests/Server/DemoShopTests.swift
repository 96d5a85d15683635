import JSON
import TestGate
import TestPrograms
import Testing
import TestPostgres
import TestRedis

@testable import TestKit

/// What `--demo` puts into the shop.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct DemoShopTests {
    @Test func theDemoFillsTheShopAndLeavesWhatIsThere() async throws {
        try await withFolder { data in
            let redis = try TestRedis()
            defer { redis.stop() }
            let database = try TestDatabase()
            defer { database.drop() }
            let engines = ["--redis", "unix:\(redis.socketPath)", "--ledger", database.url]
            let site = try await Site.start(data: data, engines)
            try await site.supply("t-shirt", 1, price: 7)
            let coupon = #"{"name":"Ours","quantity":2,"discountAmount":5}"#
            #expect(try await site.operate("PUT", "/coupons/demo", coupon).status == 200)

            let demo = try await Site.start(data: data, engines + ["--demo"])
            try await until("a synthetic visitor has a coupon") {
                let standing = try await demo.request("GET", "/api/v1/coupons/demo").json
                return standing?["issued"]?.integer == 1
            }
            let standing = try await demo.request("GET", "/api/v1/coupons/demo").json
            #expect(standing?["name"]?.string == "Ours")
            #expect(standing?["quantity"]?.integer == 2)
            let products = try await demo.request("GET", "/api/v1/products").json?.array ?? []
            #expect(products.count == 5)
            let shirt = products.first { $0["product"]?.string == "t-shirt" }
            #expect(shirt?["price"]?.integer == 7 && shirt?["stock"]?.integer == 1)
        }
    }

    @Test func theDemoHasACouponOfItsOwn() async throws {
        try await ServerBed.with(["--demo"], sites: 1) { bed in
            try await until("the number of those left goes down") {
                let standing = try await bed.site.request("GET", "/api/v1/coupons/demo").json
                return standing?["quantity"]?.integer == 1_000
                    && (standing?["remaining"]?.integer ?? 1_000) < 1_000
            }
            let index = try await bed.site.request("GET", "/").text
            #expect(index.contains("href=\"/coupons/demo\"") && index.contains("href=\"/shop\""))
        }
    }
}
