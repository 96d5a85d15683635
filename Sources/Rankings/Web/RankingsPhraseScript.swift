import Site

/// The phrases that the scripts of the rankings page need, as the JSON in its `#phrases`.
extension Phrases {
    func rankingsScriptBlock(_ language: Language) -> Template.Markup {
        let rankings = rankings
        let labels = Self.object([
            ("plot", rankings.labels.plot),
            ("plotEmpty", rankings.labels.plotEmpty),
            ("plotUnavailable", rankings.labels.plotUnavailable),
        ])
        let badges = Self.object(
            RankingBadge.Name.allCases.map { ($0.rawValue, $0.phrase(rankings.badges)) }
                + [("freeAgain", rankings.badges.freeAgain)]
        )
        let live = Self.object([
            ("first", rankings.live.first),
            ("soldOut", rankings.live.soldOut),
            ("connectionLost", rankings.live.connectionLost),
            ("connectionBack", rankings.live.connectionBack),
            ("unavailable", rankings.live.unavailable),
        ])
        return Template.Markup(
            trusted: Self.members([
                ("language", Self.quoted(language.rawValue)),
                ("labels", labels),
                ("badges", badges),
                ("live", live),
                ("moves", Self.object([("isNew", rankings.isNew)])),
                ("seats", rankings.seats.script),
                ("units", rankings.units.script),
                ("days", rankings.days.script),
                ("up", rankings.up.script),
                ("down", rankings.down.script),
            ])
        )
    }
}
