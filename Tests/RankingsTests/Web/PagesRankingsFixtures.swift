import Values

@testable import Rankings
@testable import Site

/// Pages of rankings for tests.
extension Ranked {
    static let hostile = "\"><script>alert('&')</script>"

    static func page(language: Language = .en) -> RankingsPage {
        var page = RankingsPage(language: language, concerts: concerts, popular: popular)
        page.titles = Dictionary(uniqueKeysWithValues: concerts.map { ($0.concert, "Winter") })
        return page
    }

    static var traced: RankingsPage {
        var page = page()
        page.traced = RankingsPage.Traced(
            list: .concerts,
            member: "eve",
            points: [point(0, 5), point(30, 2), point(60, 3)]
        )
        return page
    }
}

func html(_ page: RankingsPage) -> String { String(decoding: page.render(), as: UTF8.self) }
