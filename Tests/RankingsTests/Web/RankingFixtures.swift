import Values

@testable import Rankings

/// Lists of rankings for tests.
enum Ranked {
    static let nowMs: Int64 = 1_780_000_000_000

    static func entry(
        _ rank: Int,
        _ performance: String,
        t90Ms: Int64? = nil,
        t100Ms: Int64? = nil,
        projectedT90Ms: Int64? = nil,
        isSoldOut: Bool = false
    ) -> SelloutEntry {
        guard let concert = ConcertID("c-\(performance)"), let id = PerformanceID(performance)
        else {
            preconditionFailure("not a name")
        }
        return SelloutEntry(
            concertDate: "2026-12-24",
            soldOutCount: 1_200,
            rank: rank,
            concert: concert,
            performance: id,
            t90Ms: t90Ms,
            t100Ms: t100Ms,
            projectedT90Ms: projectedT90Ms,
            isSoldOut: isSoldOut
        )
    }

    static let concerts = [
        entry(1, "eve", t90Ms: 291_900, t100Ms: 1_218_000, isSoldOut: true),
        entry(2, "day", t90Ms: 300_000),
        entry(3, "late", projectedT90Ms: 750_999),
        entry(4, "slow"),
    ]

    static func product(_ rank: Int, _ name: String, previous: Int?) -> PopularEntry {
        guard let product = ProductID(name) else { preconditionFailure("not a name") }
        return PopularEntry(
            rank: rank,
            product: product,
            name: name.uppercased(),
            units: 1_234,
            previousRank: previous
        )
    }

    static let popular = PopularList(
        days: 3,
        refreshedAt: Timestamp(milliseconds: nowMs),
        products: [
            product(1, "cap", previous: 3), product(2, "mug", previous: 1),
            product(3, "pen", previous: 3), product(4, "bag", previous: nil),
        ]
    )

    static let lists = RankingLists(concerts: concerts, popular: popular)

    static func point(_ second: Int64, _ rank: Int) -> RankPoint {
        RankPoint(at: Timestamp(milliseconds: nowMs + second * 1_000), rank: rank, score: 7)
    }
}
