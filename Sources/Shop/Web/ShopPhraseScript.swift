import Seats
import Site

/// The phrases that the scripts of the shop page need, as the JSON in its `#phrases`.
extension Phrases {
    func shopScriptBlock(_ language: Language) -> Template.Markup {
        let notices = shop.notices
        let plain = ShopNotice.allCases.map { ($0.rawValue, $0.text(self)) }
        let texts = Self.object(
            plain + [
                ("outOfStock", notices.outOfStock),
                ("insufficientPoints", notices.insufficientPoints),
                ("ordering", notices.ordering),
                ("ordered", notices.ordered),
                ("payingAgain", notices.payingAgain),
                ("charged", seats.notices.charged),
            ]
        )
        let labels = Self.object([
            ("order", shop.labels.order),
            ("askAgain", shop.labels.askAgain),
            ("line", shop.labels.line),
        ])
        return Template.Markup(
            trusted: Self.members([
                ("language", Self.quoted(language.rawValue)),
                ("labels", labels),
                ("notices", texts),
                ("stock", shop.stock.script),
                ("points", points.script),
            ])
        )
    }
}
