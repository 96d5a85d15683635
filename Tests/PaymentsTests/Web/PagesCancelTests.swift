import Testing
import Values

@testable import Seats
@testable import Site

/// What buyers may cancel, told before they pay.
@Suite struct PagesCancelTests {
    @Test(
        arguments: [
            (nil, nil, "Possible at any time"), (20, nil, "Payments you may cancel: 20"),
            (0, 2_000, "Not possible"), (nil, 2_000, "Until 1970-01-01 00:00 UTC"),
            (3, 1_000, "Not possible"),
            (3, 2_000, "Until 1970-01-01 00:00 UTC · Payments you may cancel: 3"),
        ] as [(Int64?, Int64?, String)]
    )
    func theWordsFollowTheSettings(_ count: Int64?, _ endMs: Int64?, _ text: String) throws {
        var evening = Performance(
            id: try #require(PerformanceID("p")),
            concert: try #require(ConcertID("c")),
            date: "2026-12-24",
            seats: 1,
            price: 1
        )
        evening.cancelsPerUser = count
        evening.cancelUntil = endMs.map { Timestamp(milliseconds: $0) }
        for language in Language.allCases {
            let page = SeatPage(
                performance: evening,
                title: "t",
                language: language,
                map: nil,
                nowMs: 1_000
            )
            let html = String(decoding: page.render(), as: UTF8.self)
            #expect(html.contains("<dd id=\"cancel\">\(page.cancelText)</dd>"))
            if language == .en { #expect(page.cancelText == text) }
        }
    }
}
