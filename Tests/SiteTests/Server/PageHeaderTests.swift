import TestGate
import Testing

/// What keeps other sites and strange scripts out of the pages.
@Suite(.sideBySide, .timeLimit(.minutes(1))) struct PageHeaderTests {
    @Test func everyPageForbidsWhatItDoesNotNeed() async throws {
        try await ServerBed.with(sites: 1) { bed in
            let site = bed.site
            try await site.configure("shop", #"{"capacity":0}"#)
            try await site.openSale("night", #""seats":9,"price":10"#)
            try await site.openCoupon("c", #""quantity":3"#)
            for path in [
                "/", "/rooms/shop", "/performances/night", "/coupons/c", "/shop", "/rankings",
            ] {
                let page = try await site.request("GET", path, ["X-User-Id": "ann"])
                #expect(page.status == 200, "\(path)")
                let policy = page.header("Content-Security-Policy") ?? ""
                for part in [
                    "default-src 'none'", "script-src 'self'", "style-src 'self'",
                    "frame-ancestors 'none'",
                ] { #expect(policy.contains(part), "\(path): \(policy)") }
                #expect(!policy.contains("unsafe"), "\(path)")
                #expect(page.header("X-Content-Type-Options") == "nosniff", "\(path)")
                #expect(page.header("Cache-Control") == "no-store", "\(path)")
                #expect(
                    !page.text.contains("<script>") && !page.text.contains(" style="),
                    "\(path)"
                )
            }
        }
    }
}
