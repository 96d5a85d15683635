import Foundation
import JSON
import Testing

extension SaleContractTests {
    /// Two operators change different fields of one thing at once.
    @Suite struct ConcurrentPutTests {
        private static let pairs = 30

        private func put(_ site: Site, _ path: String, _ body: String) async throws -> JSONValue {
            let headers = [
                "Authorization": "Bearer \(site.adminKey)", "Content-Type": "application/json",
            ]
            let answer = try await site.request("PUT", "/admin/v1\(path)", headers, body: body)
            guard answer.status == 200, let json = answer.json else { throw Unexpected(answer) }
            return json
        }

        private func putBoth(_ bed: SaleBed, _ path: String, _ one: String, _ other: String)
            async throws -> JSONValue
        {
            async let first = put(bed.site, path, one)
            async let second = put(bed.other, path, other)
            _ = try await (first, second)
            return try await put(bed.site, path, "{}")
        }

        @Test(arguments: LedgerEngine.allCases)
        func bothChangesHold(_ engine: LedgerEngine) async throws {
            let bed = try SaleBed.on(engine)
            for index in 0..<Self.pairs {
                let name = ServerBed.room()
                try await bed.site.openSale(name, #""seats":10,"price":3"#)
                let performance = try await putBoth(
                    bed,
                    "/performances/\(name)",
                    #"{"seats":20}"#,
                    #"{"price":7}"#
                )
                #expect(performance["seats"]?.integer == 20, "\(index)")
                #expect(performance["price"]?.integer == 7, "\(index)")
                try await bed.site.openCoupon(name, #""quantity":3"#)
                let coupon = try await putBoth(
                    bed,
                    "/coupons/\(name)",
                    #"{"quantity":9}"#,
                    #"{"name":"b"}"#
                )
                #expect(coupon["quantity"]?.integer == 9, "\(index)")
                #expect(coupon["name"]?.string == "b", "\(index)")
            }
        }
    }
}
