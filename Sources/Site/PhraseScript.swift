import JSON
import Onsale
import Values

/// The phrases that `room.js` needs, as the JSON in `<script type="application/json">`.
extension Phrases {
    /// This text stands inside HTML, where `</script` or `<!--` in a string would end or confuse
    /// the element: `<`, `>` and `&` become `\u00xx`.
    func scriptBlock(_ language: Language) -> Template.Markup {
        var members: [(String, String)] = [("language", Self.quoted(language.rawValue))]
        let views = ViewName.allCases.map { view in
            let heading = heading(view)
            return (
                view.rawValue,
                Self.object([("headline", heading.headline), ("lead", heading.lead)])
            )
        }
        members.append(("views", Self.members(views)))
        members.append(("admittedWithoutLink", Self.quoted(admittedWithoutLink)))
        members.append(("ahead", ahead.script))
        members.append(("rough", roughTexts))
        members.append(("live", liveTexts))
        members.append(("reasons", reasonTexts))
        members.append(("labels", labelTexts))
        return Template.Markup(trusted: Self.members(members))
    }

    private var roughTexts: String {
        Self.object([
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
        Self.object([
            ("connectionLost", live.connectionLost),
            ("connectionBack", live.connectionBack),
            ("awayTitle", live.awayTitle),
            ("leaveConfirm", live.leaveConfirm),
            ("minuteLeft", live.minuteLeft),
        ])
    }

    private var reasonTexts: String {
        Self.object(EstimateReason.allCases.map { ($0.rawValue, reasons.text($0)) })
    }

    private var labelTexts: String {
        Self.object([
            ("noEstimate", labels.noEstimate),
            ("join", labels.join),
            ("joinAgain", labels.joinAgain),
            ("retry", labels.retry),
            ("titleWithPosition", labels.titleWithPosition),
            ("titleOtherwise", labels.titleOtherwise),
        ])
    }

    static func object(_ pairs: [(String, String)]) -> String {
        members(pairs.map { ($0.0, quoted($0.1)) })
    }

    static func members(_ pairs: [(String, String)]) -> String {
        "{" + pairs.map { "\(quoted($0.0)):\($0.1)" }.joined(separator: ",") + "}"
    }

    static func quoted(_ text: String) -> String {
        var json = JSONWriter()
        json.element(text)
        var out = ""
        for scalar in String(decoding: json.finish(), as: UTF8.self).unicodeScalars {
            switch scalar {
            case "<", ">", "&": out += "\\u00" + String(scalar.value, radix: 16)
            case "\u{2028}", "\u{2029}": out += "\\u" + String(scalar.value, radix: 16)
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
