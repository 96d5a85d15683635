/// The phrases that the scripts of the coupon page and the shop page need, as the JSON in their
/// `#phrases`.
extension Phrases {
    func couponScriptBlock(_ language: Language) -> Template.Markup {
        let notices = coupon.notices
        let plain = CouponNotice.allCases.map { ($0.rawValue, $0.text(notices)) }
        let texts = Self.object(
            plain + [
                ("yours", notices.yours),
                ("already", notices.already),
                ("unknown", notices.unknown),
                ("started", notices.started),
                ("minuteLeft", notices.minuteLeft),
                ("unavailable", notices.unavailable),
                ("failed", notices.failed),
                ("connectionLost", notices.connectionLost),
                ("connectionBack", notices.connectionBack),
            ]
        )
        return Template.Markup(
            trusted: Self.members([
                ("language", Self.quoted(language.rawValue)),
                ("notices", texts),
                ("remaining", Self.quoted(coupon.remaining)),
            ])
        )
    }

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
                ("points", seats.points.script),
            ])
        )
    }
}

extension Phrases.Counted {
    /// As the scripts read it.
    var script: String {
        Phrases.object([("zero", zero), ("one", one), ("other", other)])
    }
}
