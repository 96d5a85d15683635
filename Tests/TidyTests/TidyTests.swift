import Testing

/// The house rules, held against the whole repository. What each rule catches is in `RuleTests`.
@Suite struct TidyTests {
    private func report(
        _ violations: [Violation],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        for violation in violations {
            Issue.record("\(violation)", sourceLocation: sourceLocation)
        }
    }

    private let swift: [TextFile]
    /// Everything that is written by hand.
    private let code: [TextFile]

    init() throws {
        swift = try Tree.files(under: "Sources", "Tests", kinds: ["swift"])
        code = try Tree.files(
            under: "Sources",
            "Tests",
            kinds: ["swift", "c", "h", "lua", "js", "css", "html"]
        )
        // A rule that sees no file holds for nothing.
        try #require(swift.count > 20 && code.count > swift.count)
    }

    @Test func arrowsOnlyGoDown() { report(swift.flatMap(HouseRules.imports)) }

    @Test func layersNameOnlyThoseBelowThem() { report(LayerRules.named(swift)) }

    @Test func aPartOfTheContractRefersOnlyToThoseBelowIt() throws {
        let parts = try Tree.files(under: "Sources", kinds: ["json"])
            .filter { $0.path.hasSuffix("/openapi.json") }
        try #require(parts.count > 9)
        report(try ContractRules.referred(parts))
    }

    @Test func everyUpdateNamesItsRow() {
        let named = swift.filter { $0.text.contains("\\(row: ") }
        #expect(named.count > 9)
        report(swift.flatMap(TouchRules.named))
    }

    @Test func everyFolderIsKnown() { report(HouseRules.known(Tree.paths(under: "Sources"))) }

    @Test func filesHaveOneSubject() { report(swift.flatMap(PageRules.fileLength)) }

    @Test func functionsFitAScreen() { report(swift.flatMap(PageRules.functionLength)) }

    @Test func linesFitThePage() {
        let kinds: Set<Substring> = ["swift", "c", "h", "lua"]
        report(code.filter { kinds.contains($0.kind) }.flatMap(PageRules.lineLength))
    }

    @Test func nothingCrashesOrIsPutOff() { report(code.flatMap(PageRules.forbiddenWords)) }

    @Test func nothingIsSwallowed() {
        // A rehearsal is a client: what it misses is in its report.
        let sources = swift.filter {
            $0.path.hasPrefix("Sources/") && !$0.path.hasPrefix("Sources/Rehearsal/")
        }
        report(sources.flatMap(AwaitRules.swallowed))
    }

    @Test func noAccessIsOpenAcrossAnAwait() {
        report(swift.flatMap(AwaitRules.openAccess))
        let sources = swift.filter { $0.path.hasPrefix("Sources/") }
        report(sources.flatMap(AwaitRules.openDeclarations))
    }

    @Test func testsDoNotSleep() {
        report(swift.filter { $0.path.hasPrefix("Tests/") }.flatMap(PageRules.sleeps))
    }

    @Test func everySuiteSaysWhereItRuns() throws {
        let tests = swift.filter { $0.path.hasPrefix("Tests/") }
        report(tests.flatMap(SuiteRules.placed))
        report(SuiteRules.counted(SuiteRules.alone(tests), in: try Tree.file("HACKING.md")))
    }

    @Test func everyAssetIsEmbedded() throws {
        let assets = Tree.paths(under: "Sources").filter(AssetRules.isAsset)
        try #require(assets.count > 100)
        report(AssetRules.embedded(assets, in: try Tree.file(AssetRules.table)))
    }

    @Test func everyScriptOpensWithItsContract() {
        let scripts = code.filter { $0.kind == "lua" }
        report(scripts.flatMap(AssetRules.contract))
    }

    @Test func everyPageHasItsWordsInEachLanguage() throws {
        let files = try Tree.files(under: "Sources", kinds: ["swift", "json", "html", "js"])
        let rules = try WordRules(files)
        report(rules.incomplete + rules.unknown + rules.unused)
        report(rules.unlisted(in: try Tree.file("Tests/SiteTests/PagesPhrasesTests.swift")))
        #expect(rules.languages.count >= 3)
    }

    @Test func everyThreatNamesItsTest() throws {
        let tests = ThreatRules.tests(swift.filter { $0.path.hasPrefix("Tests/") })
        report(ThreatRules.held(try Tree.file("docs/threats.md"), by: tests))
    }

    @Test func everyLineOfTheAuditIsExplained() throws {
        let promises = AuditRules.promises(swift.filter { AuditRules.isAudit($0.path) })
        // As many as `onsale audit` prints at least.
        try #require(promises.count >= 28, "\(promises)")
        report(AuditRules.told(promises, on: try Tree.file("docs/operating.md")))
    }
}
