import Foundation

/// What the pages say: `pages/words.LANGUAGE.json` of Site and of each capability. A page stops the
/// program where a text is missing, so none may be.
struct WordRules {
    /// One file: its texts by their paths.
    struct Words {
        let path: String
        let owner: String
        let language: String
        var page: [String: String] = [:]
        /// What the page's scripts read.
        var script: [String: String] = [:]
        var strange: [String] = []

        var texts: [String: String] { page.merging(script) { text, _ in text } }
    }

    /// Texts that a source names: the path of one, of several (of a count), or a start that a value
    /// completes (`views.`).
    struct Name {
        let owner: String
        let path: String
        let file: TextFile
        let line: Int

        func covers(_ text: String) -> Bool {
            text == path || text.hasPrefix(path.hasSuffix(".") ? path : "\(path).")
        }
    }

    private let words: [Words]
    private let english: [String: Words]
    private let names: [Name]
    /// What scripts name, and what is lent to them of Site's.
    private let scriptNames: [Name]
    private let shared: [Name]
    /// Every identifier and word in the scripts of a folder.
    private let scriptTokens: [String: Set<Substring>]
    /// Words that are called as another folder's are.
    private let misnamed: [Name]

    private static let site = "Site"

    /// `files`: what is under Sources.
    init(_ files: [TextFile]) throws {
        words = try files.compactMap(Self.words)
        english = Dictionary(
            words.filter { $0.language == "en" }.map { ($0.owner, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let owned = files.filter { Self.owner($0) != nil }
        let swift = owned.filter { $0.kind == "swift" && $0.text.contains("ords") }
        let templates = owned.filter { $0.kind == "html" }
        let scripts = owned.filter { $0.kind == "js" }
        names = swift.flatMap(Self.swiftNames) + templates.flatMap(Self.templateNames)
        scriptNames = scripts.flatMap(Self.scriptNames)
        shared = swift.flatMap(Self.sharedNames)
        misnamed = swift.flatMap(Self.misnamed)
        scriptTokens = Dictionary(grouping: scripts) { Self.owner($0) ?? "" }.mapValues { files in
            Set(files.flatMap { $0.text.split { !$0.isLetter && !$0.isNumber && $0 != "_" } })
        }
    }

    var languages: Set<String> { Set(words.map(\.language)) }

    // MARK: Rules

    /// Each folder has every language, each file the texts of the English one with the same values.
    var incomplete: [Violation] {
        Dictionary(grouping: words, by: \.owner).sorted { $0.key < $1.key }.flatMap {
            owner,
            files in
            let missing = languages.subtracting(files.map(\.language)).sorted().map {
                Violation(path: "Sources/\(owner)/pages/words.\($0).json", line: 0, what: "missing")
            }
            return missing
                + files.flatMap { file in
                    faults(in: file).sorted().map { Violation(path: file.path, line: 0, what: $0) }
                }
        }
    }

    private func faults(in file: Words) -> [String] {
        let english = english[file.owner]?.texts ?? [:]
        let others = file.owner == Self.site ? [:] : self.english[Self.site]?.texts ?? [:]
        var faults = file.strange.map { "\($0) is no text" }
        faults += file.texts.filter(\.value.isEmpty).map { "\($0.key) is empty" }
        faults += file.page.keys.filter { file.script[$0] != nil || others[$0] != nil }
            .map { "\($0) is twice" }
        faults += file.script.keys.filter { others[$0] != nil }.map { "\($0) is twice" }
        faults += Set(english.keys).symmetricDifference(file.texts.keys)
            .map { "\($0) is not in each language" }
        faults += file.script.keys.filter { self.english[file.owner]?.page[$0] != nil }
            .map { "\($0) is for scripts, but not in English" }
        faults += file.texts.filter { path, text in
            english[path].map { Self.values($0) != Self.values(text) } ?? false
        }.map { "\($0.key) has other values than in English" }
        return faults
    }

    /// What is named and in no file.
    var unknown: [Violation] {
        let ofSite = english[Self.site].map { Array($0.texts.keys) } ?? []
        let inSwift = names.filter { name in
            let own = english[name.owner].map { Array($0.texts.keys) } ?? []
            return !(own + ofSite).contains(where: name.covers)
        }
        let lent = shared.filter { !ofSite.contains(where: $0.covers) }
        // Scripts of Site serve the pages of all.
        let inScripts = scriptNames.filter { name in
            let owners = name.owner == Self.site ? Array(english.keys) : [name.owner]
            let texts = owners.flatMap { english[$0].map { Array($0.script.keys) } ?? [] }
            let others = shared.filter { owners.contains($0.owner) }
            return !texts.contains(where: name.covers)
                && !others.contains { $0.path == name.path || name.covers($0.path) }
        }
        return (inSwift + lent + inScripts).map { violation($0, "no text at \($0.path)") }
            + misnamed.map { violation($0, "words of another folder are called \($0.path)Words") }
    }

    /// What is in the files and not named. Of a text for scripts the last part is looked for: they
    /// reach it by a value of theirs.
    var unused: [Violation] {
        english.values.sorted { $0.path < $1.path }.flatMap { file in
            let isSite = file.owner == Self.site
            let users = names.filter { isSite || $0.owner == file.owner } + (isSite ? shared : [])
            let unused = file.texts.keys.filter { text in
                let isRead = file.script[text] != nil && isInScripts(text, of: file.owner)
                return !isRead && !users.contains { $0.covers(text) }
            }
            return unused.sorted().map {
                Violation(path: file.path, line: 0, what: "nothing says \($0)")
            }
        }
            + shared.filter { !isInScripts($0.path, of: $0.owner) }
            .map { violation($0, "no script says \($0.path)") }
    }

    /// Paths that a value completes are held against all its values in `tests`.
    func unlisted(in tests: TextFile) -> [Violation] {
        names.filter { name in
            name.path.hasSuffix(".")
                && !tests.text.contains("(Words.\(name.owner.lowercased()), \"\(name.path)\"")
        }.map { violation($0, "\(tests.path) does not list \($0.path)") }
    }

    private func isInScripts(_ text: String, of owner: String) -> Bool {
        let forms: Set<Substring> = ["zero", "one", "other"]
        guard let last = text.split(separator: ".").last(where: { !forms.contains($0) }) else {
            return false
        }
        return [owner, Self.site].contains { scriptTokens[$0]?.contains(last) == true }
    }

    private func violation(_ name: Name, _ what: String) -> Violation {
        name.file.violation(name.line, what)
    }
}

// MARK: Reading

extension WordRules {
    /// Nil for a file above the folders.
    private static func owner(_ file: TextFile) -> String? {
        let parts = file.path.split(separator: "/")
        return parts.count > 2 && parts[0] == "Sources" ? String(parts[1]) : nil
    }

    private static func words(_ file: TextFile) throws -> Words? {
        guard let owner = owner(file),
            let language = file.path.firstMatch(of: /\/pages\/words\.(\w+)\.json$/)?.1
        else { return nil }
        var words = Words(path: file.path, owner: owner, language: String(language))
        let json = try JSONSerialization.jsonObject(with: Data(file.text.utf8))
        for (name, part) in json as? [String: Any] ?? [:] {
            for (path, text) in texts(part, at: "") {
                switch name {
                case "page" where text != nil: words.page[path] = text
                case "script" where text != nil: words.script[path] = text
                default: words.strange.append(path)
                }
            }
        }
        return words
    }

    /// Every member below a value with its path; nil: it is no text.
    private static func texts(_ value: Any, at path: String) -> [(String, String?)] {
        guard let members = value as? [String: Any] else { return [(path, value as? String)] }
        return members.flatMap { texts($1, at: path.isEmpty ? $0 : "\(path).\($0)") }
    }

    /// The names of `{n}`.
    private static func values(_ text: String) -> Set<String> {
        Set(text.matches(of: /\{(\w+)\}/).map { String($0.1) })
    }

    /// `words["..."]`, `words.fill("...", `, `words.count("...", `, also of `shopWords` and of
    /// `Words.shop[language]`; with a condition in it there are two.
    private static func swiftNames(_ file: TextFile) -> [Name] {
        let start = /\b(?:(\w*)[wW]ords|Words\.(\w+)\[[^\]]*\])(\[|\.fill\(|\.count\()/
        return file.text.matches(of: start).flatMap { match in
            let end: Character = match.3 == "[" ? "]" : ","
            let rest = file.text[match.range.upperBound...].prefix { $0 != end }
            return rest.matches(of: /"([\w.]+)/).map {
                name(String($0.1), of: match.2 ?? match.1 ?? "", file, match.range.lowerBound)
            }
        }
    }

    /// `words = Words.shop[` in a file of another folder.
    private static func misnamed(_ file: TextFile) -> [Name] {
        let binding = /\b(\w*)[wW]ords(?:: Words)? [={] ?Words\.(\w+)\[/
        return file.text.matches(of: binding).compactMap { match in
            let own = name("", of: match.1, file, match.range.lowerBound)
            let bound = name(String(match.2), of: match.2, file, match.range.lowerBound)
            return own.owner == bound.owner ? nil : bound
        }
    }

    /// What `Words.files` lends to scripts.
    private static func sharedNames(_ file: TextFile) -> [Name] {
        file.text.matches(of: /\bfiles\(\s*"\w+",\s*shared: \[([^\]]*)\]/).flatMap { match in
            match.1.matches(of: /"([\w.]+)"/).map {
                name(String($0.1), of: "", file, match.range.lowerBound)
            }
        }
    }

    private static func templateNames(_ file: TextFile) -> [Name] {
        file.text.matches(of: /\{\{(\w+\.[\w.]+)\}\}/).map {
            name(String($0.1), of: "", file, $0.range.lowerBound)
        }
    }

    private static func scriptNames(_ file: TextFile) -> [Name] {
        file.text.matches(of: /\bphrases\.(\w+(?:\.\w+)*)/).filter { $0.1 != "language" }.map {
            name(String($0.1), of: "", file, $0.range.lowerBound)
        }
    }

    /// `of`: `shop` of `shopWords` and `Words.shop`; empty for the file's own.
    private static func name(
        _ path: String,
        of: Substring,
        _ file: TextFile,
        _ place: String.Index
    ) -> Name {
        let line = file.text[..<place].count { $0 == "\n" } + 1
        let owner = of.isEmpty ? owner(file) ?? "" : of.capitalized
        return Name(owner: owner, path: path, file: file, line: line)
    }
}
