import Testing

/// A text that is missing, differs or is for nobody is seen, wherever it is named.
@Suite struct WordRuleTests {
    private let site = #"{"page": {"labels": {"retry": "Again"}, "points": {"one": "1"}}}"#
    private let words = #"""
        {"page": {"labels": {"pay": "Pay {n}", "held": "Held"}, "views": {"a": "A", "b": "B"},
         "free": {"zero": "0", "one": "1", "other": "{n}"}},
         "script": {"notices": {"gone": "Gone", "late": "Late"}}}
        """#
    private let swift = """
        static let seats = files("Seats", shared: ["points"])
        var words: Words { Words.seats[language] }
        words["views.\\(name.rawValue)"] + words[isHeld ? "labels.held" : "labels.retry"]
        words.fill(
            "labels.pay",
            ["n": words.count("free", 1)]
        )
        """
    private let script = "say(phrases.notices.gone, phrases.notices[name], phrases.points, 'late')"

    private func rules(
        _ changes: [(file: String, from: String, to: String)] = [],
        and more: [String: String] = [:]
    ) throws -> WordRules {
        var files = [
            "Sources/Site/pages/words.en.json": site, "Sources/Site/pages/words.ko.json": site,
            "Sources/Seats/pages/words.en.json": words, "Sources/Seats/pages/words.ko.json": words,
            "Sources/Seats/Web/A.swift": swift, "Sources/Seats/pages/seats.js": script,
            "Sources/Seats/pages/seats.html": "<p {{hidden}}>{{labels.retry}}</p>",
        ].merging(more) { _, new in new }
        for (file, from, to) in changes {
            let old = files[file] ?? files["Sources/\(file)"] ?? ""
            try #require(old.contains(from))
            files["Sources/\(file)"] = old.replacing(from, with: to)
        }
        return try WordRules(files.map { TextFile(path: $0.key, text: $0.value) })
    }

    private func all(_ rules: WordRules) -> [String] {
        (rules.incomplete + rules.unknown + rules.unused).map(\.description)
    }

    @Test func aCompleteHouseIsFine() throws { #expect(all(try rules()) == []) }

    @Test(arguments: [
        (#""held": "Held""#, #""held": """#, "labels.held is empty"),
        (#""held": "Held""#, #""held": 1"#, "labels.held is no text"),
        (#", "held": "Held""#, "", "labels.held is not in each language"),
        ("Pay {n}", "Pay {m}", "labels.pay has other values than in English"),
        (#""held": "Held""#, #""held": "H", "retry": "R""#, "labels.retry is twice"),
        (#""gone": "Gone""#, #""gone": "Gone", "x": "X""#, "notices.x is not in each language"),
    ])
    func aFileThatDiffersIsSeen(_ from: String, _ to: String, _ what: String) throws {
        let found = try rules([("Seats/pages/words.ko.json", from, to)]).incomplete
        #expect(found.map(\.what).contains(what), "\(found)")
        #expect(found.allSatisfy { $0.path == "Sources/Seats/pages/words.ko.json" })
    }

    @Test func aLanguageThatOneFolderLacksIsSeen() throws {
        let found = try rules(and: ["Sources/Site/pages/words.ja.json": site]).incomplete
        #expect(found.map(\.description) == ["Sources/Seats/pages/words.ja.json: missing"])
    }

    @Test(arguments: [
        ("Web/A.swift", #""labels.held""#, #""labels.gone""#, "labels.gone"),
        ("Web/A.swift", #""labels.retry""#, #""labels.again""#, "labels.again"),
        ("Web/A.swift", #""labels.pay""#, #""labels.play""#, "labels.play"),
        ("Web/A.swift", #""views."#, #""view."#, "view."),
        ("Web/A.swift", #""free""#, #""fre""#, "fre"),
        ("Web/A.swift", #"["points"]"#, #"["point"]"#, "point"),
        ("pages/seats.js", "phrases.notices.gone", "phrases.notices.lost", "notices.lost"),
        ("pages/seats.js", "phrases.notices.gone", "phrases.labels.pay", "labels.pay"),
        ("pages/seats.html", "{{labels.retry}}", "{{labels.try}}", "labels.try"),
    ])
    func aNameWithoutATextIsSeen(_ file: String, _ from: String, _ to: String, _ path: String)
        throws
    {
        let found = try rules([("Seats/\(file)", from, to)]).unknown
        #expect(found.map(\.what).contains("no text at \(path)"), "\(found)")
    }

    @Test func wordsOfAnotherFolderHaveItsName() throws {
        let line = #"let t = shopWords["labels.x"] + Words.seats[l]["labels.pay"]"#
        let found = try rules(and: [
            "Sources/Operating/Web/A.swift": "let words = Words.seats[language]\n" + line
        ]).unknown
        #expect(found.map(\.line).sorted() == [1, 2], "\(found)")
    }

    @Test(arguments: [
        ("Web/A.swift", #""labels.held""#, #""labels.pay""#, "labels.held"),
        ("Web/A.swift", #"words.count("free", 1)"#, "0", "free.other"),
        ("pages/seats.js", "'late'", "''", "notices.late"),
    ])
    func aTextThatNothingSaysIsSeen(_ file: String, _ from: String, _ to: String, _ path: String)
        throws
    {
        let found = try rules([("Seats/\(file)", from, to)]).unused
        #expect(found.map(\.what).contains("nothing says \(path)"), "\(found)")
    }

    @Test func aTextThatScriptsDoNotNeedIsNotLent() throws {
        let found = try rules([("Seats/pages/seats.js", ", phrases.points", "")]).unused
        #expect(found.map(\.what) == ["no script says points"])
    }

    @Test func aPathThatAValueCompletesIsListed() throws {
        let rules = try rules()
        for (text, count) in [
            (#"(Words.seats, "views.", names)"#, 0), (#"(Words.shop, "views.""#, 1),
        ] {
            let tests = TextFile(path: "Tests/A.swift", text: text)
            #expect(rules.unlisted(in: tests).count == count)
        }
    }
}
