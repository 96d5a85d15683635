import Site

/// The phrases that the scripts of the seat page need, as the JSON in its `#phrases`.
extension Phrases.Seats {
    func scriptBlock(_ language: Language) -> Template.Markup {
        let members: [(String, String)] = [
            ("language", Phrases.quoted(language.rawValue)),
            ("labels", labelTexts),
            ("states", stateTexts),
            ("notices", noticeTexts),
            ("chosen", chosen.script),
            ("free", free.script),
            ("points", Phrases.of(language).points.script),
        ]
        return Template.Markup(trusted: Phrases.members(members))
    }

    private var labelTexts: String {
        Phrases.object([
            ("section", labels.section),
            ("row", labels.row),
            ("seat", labels.seat),
            ("choose", labels.choose),
        ])
    }

    private var stateTexts: String {
        Phrases.object([
            ("free", states.free),
            ("held", states.held),
            ("sold", states.sold),
            ("chosen", states.chosen),
            ("yours", states.yours),
        ])
    }

    private var noticeTexts: String {
        let plain = SeatNotice.allCases.map { ($0.rawValue, $0.text(notices)) }
        return Phrases.object(
            plain + [
                ("seatsTaken", notices.seatsTaken),
                ("seatLost", notices.seatLost),
                ("seatLimit", notices.seatLimit),
                ("insufficientPoints", notices.insufficientPoints),
                ("paying", notices.paying),
                ("held", notices.held),
                ("paid", notices.paid),
                ("connectionLost", notices.connectionLost),
                ("connectionBack", notices.connectionBack),
                ("minuteLeft", notices.minuteLeft),
            ]
        )
    }
}
