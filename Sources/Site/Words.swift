import Assets
import JSON

/// What the pages of a capability say in one language: the texts of `pages/words.LANGUAGE.json` in
/// its folder, and those of Site, which every capability may say.
///
/// A text is named by its path below `page` or `script`: `words["labels.retry"]`, and
/// `{{labels.retry}}` in a template. A path without a text stops the program: `WordRules` in
/// Tests/TidyTests compare the files with each other and with all that names their texts.
package struct Words: Sendable {
    let texts: [String: String]
    /// The JSON that scripts read in `#phrases`: the language, and the texts below `script`.
    package let script: Template.Markup

    package static let site = files("Site", over: nil)

    /// What `folder`, a path under Sources, says. `shared`: paths of Site's texts that its scripts
    /// read, too; `points` stands for all below it.
    package static func files(
        _ folder: String,
        over base: InEachLanguage<Words>? = Words.site,
        shared: [String] = []
    ) -> InEachLanguage<Words> {
        InEachLanguage { language in
            let path = "\(folder)/pages/words.\(language.rawValue).json"
            return Words(path, language, base?[language].texts ?? [:], shared)
        }
    }

    /// A text that `base` has at the same path stops the program.
    private init(
        _ file: String,
        _ language: Language,
        _ base: [String: String],
        _ shared: [String]
    ) {
        let json: JSONValue
        do { json = try JSONValue.parse(Asset.bytes(file)) } catch {
            preconditionFailure("\(file): \(error)")
        }
        let own = Self.texts(json["script"])
        texts = Dictionary(uniqueKeysWithValues: base + Self.texts(json["page"]) + own)
        let others = base.filter { path, _ in
            shared.contains { path == $0 || path.hasPrefix("\($0).") }
        }
        let all = [("language", language.rawValue)] + own + others.sorted { $0.key < $1.key }
        script = Template.Markup(
            trusted: Self.object(all.map { ($0.split(separator: ".")[...], $1) })
        )
    }

    package subscript(path: String) -> String {
        guard let text = texts[path] else { preconditionFailure("no text at \(path)") }
        return text
    }

    /// The text at `path`, with values in the place of `{name}`.
    package func fill(_ path: String, _ values: [String: String]) -> String {
        Self.fill(self[path], values)
    }

    /// A sentence about a number of things: `zero`, `one` or `other` below `path`. `one` is as
    /// `other` where the language has no plural.
    package func count(_ path: String, _ value: Int) -> String {
        switch value {
        case ...0: self["\(path).zero"]
        case 1: self["\(path).one"]
        default: fill("\(path).other", ["n": Self.number(value)])
        }
    }

    // MARK: Files

    /// Every text below a value, with its path.
    private static func texts(_ value: JSONValue?, at path: String = "") -> [(String, String)] {
        if let text = value?.string { return [(path, text)] }
        return (value?.members ?? []).flatMap {
            texts($0.value, at: path.isEmpty ? $0.name : "\(path).\($0.name)")
        }
    }

    /// Texts by their paths, as the JSON that `texts` would read so.
    private static func object(_ texts: [(path: ArraySlice<Substring>, text: String)]) -> String {
        var names: [Substring] = []
        var members: [Substring: [(path: ArraySlice<Substring>, text: String)]] = [:]
        for (path, text) in texts {
            guard let name = path.first else { return quoted(text) }
            if members[name] == nil { names.append(name) }
            members[name, default: []].append((path.dropFirst(), text))
        }
        let all = names.map { "\(quoted(String($0))):\(object(members[$0] ?? []))" }
        return "{\(all.joined(separator: ","))}"
    }

    /// A JSON string inside HTML, where `</script` or `<!--` would end or confuse the element: `<`,
    /// `>` and `&` become `\u00xx`.
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
