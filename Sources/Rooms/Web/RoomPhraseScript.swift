import Site

/// The phrases that `room.js` needs, as the JSON in its `#phrases`, and waits in words.
extension Phrases.Room {
    func scriptBlock(_ language: Language) -> Template.Markup {
        var members: [(String, String)] = [("language", Phrases.quoted(language.rawValue))]
        let views = ViewName.allCases.map { view in
            let heading = heading(view)
            return (
                view.rawValue,
                Phrases.object([("headline", heading.headline), ("lead", heading.lead)])
            )
        }
        members.append(("views", Phrases.members(views)))
        members.append(("admittedWithoutLink", Phrases.quoted(admittedWithoutLink)))
        members.append(("ahead", ahead.script))
        members.append(("rough", roughTexts))
        members.append(("live", liveTexts))
        members.append(("reasons", reasonTexts))
        members.append(("labels", labelTexts(Phrases.of(language).retry)))
        return Template.Markup(trusted: Phrases.members(members))
    }

    private var roughTexts: String {
        Phrases.object([
            ("underMinute", rough.underMinute),
            ("minute", rough.minute),
            ("minutes", rough.minutes),
            ("minuteRange", rough.minuteRange),
            ("hour", rough.hour),
            ("hours", rough.hours),
            ("hourRange", rough.hourRange),
        ])
    }

    private var liveTexts: String {
        Phrases.object([
            ("connectionLost", live.connectionLost),
            ("connectionBack", live.connectionBack),
            ("awayTitle", live.awayTitle),
            ("leaveConfirm", live.leaveConfirm),
            ("minuteLeft", live.minuteLeft),
        ])
    }

    private var reasonTexts: String {
        Phrases.object(EstimateReason.allCases.map { ($0.rawValue, reasons.text($0)) })
    }

    private func labelTexts(_ retry: String) -> String {
        Phrases.object([
            ("noEstimate", labels.noEstimate),
            ("join", labels.join),
            ("joinAgain", labels.joinAgain),
            ("retry", retry),
            ("titleWithPosition", labels.titleWithPosition),
            ("titleOtherwise", labels.titleOtherwise),
        ])
    }

    /// A wait as a person would say it: rounded outward, so that the truth lies within.
    /// Up to 90 minutes in minutes, above in hours.
    func wait(_ estimate: WaitEstimate) -> String {
        let low = max(0, min(Int(estimate.min), Int(estimate.max)))
        let high = max(0, max(Int(estimate.min), Int(estimate.max)))
        if high < 60 { return rough.underMinute }
        if high <= 90 * 60 {
            return Self.range(low, high, unit: 60, rough.minute, rough.minutes, rough.minuteRange)
        }
        return Self.range(low, high, unit: 3_600, rough.hour, rough.hours, rough.hourRange)
    }

    private static func range(
        _ low: Int,
        _ high: Int,
        unit: Int,
        _ one: String,
        _ many: String,
        _ range: String
    ) -> String {
        let from = max(1, low / unit)
        // Not `high + unit - 1`, which could overflow.
        let to = high / unit + (high.isMultiple(of: unit) ? 0 : 1)
        if from < to {
            return Phrases.fill(range, ["min": Phrases.number(from), "max": Phrases.number(to)])
        }
        return to == 1 ? one : Phrases.fill(many, ["n": Phrases.number(to)])
    }
}
