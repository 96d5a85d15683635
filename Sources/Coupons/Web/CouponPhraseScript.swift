import Site

/// The phrases that the scripts of the coupon page need, as the JSON in its `#phrases`.
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
}
