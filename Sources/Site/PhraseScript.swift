import JSON

/// Phrases as the JSON that scripts read in `<script type="application/json">`.
extension Phrases {
    package static func object(_ pairs: [(String, String)]) -> String {
        members(pairs.map { ($0.0, quoted($0.1)) })
    }

    package static func members(_ pairs: [(String, String)]) -> String {
        "{" + pairs.map { "\(quoted($0.0)):\($0.1)" }.joined(separator: ",") + "}"
    }

    /// This text stands inside HTML, where `</script` or `<!--` in a string would end or confuse
    /// the element: `<`, `>` and `&` become `\u00xx`.
    package static func quoted(_ text: String) -> String {
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

extension Phrases.Counted {
    /// As the scripts read it.
    package var script: String {
        Phrases.object([("zero", zero), ("one", one), ("other", other)])
    }
}
