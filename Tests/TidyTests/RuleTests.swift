import Foundation
import Testing

/// Every rule bites, and only where it should.
@Suite struct RuleTests {
    private func file(_ path: String, _ text: String) -> TextFile {
        TextFile(path: path, text: text)
    }

    @Test(arguments: [
        "import Foundation", "public import Foundation", "@preconcurrency import Foundation",
        "import struct Foundation.Date", "import CHiredis", "import Rooms", "import Redis",
    ])
    func anImportThatGoesUpIsSeen(_ line: String) {
        let found = HouseRules.imports(file("Sources/Kit/HTTP/A.swift", "import Glibc\n\(line)\n"))
        #expect(found.count == 1)
        #expect(found.first?.line == 2)
        #expect(found.first?.what.hasPrefix("Kit/HTTP may not import ") == true)
    }

    @Test(arguments: [
        "import Glibc", "public import struct Glibc.tm", "internal import EventLoop",
        "// import Foundation", "/// One may import Foundation here.", "let import = 1",
    ])
    func anImportThatGoesDownIsFine(_ line: String) {
        #expect(HouseRules.imports(file("Sources/Kit/HTTP/A.swift", line)) == [])
    }

    @Test func theDomainImportsFoundationAlone() {
        let path = "Sources/Coupons/Domain/A.swift"
        #expect(HouseRules.imports(file(path, "import Foundation")) == [])
        for line in ["import Glibc", "import Synchronization", "import Ledger", "import JSON"] {
            #expect(HouseRules.imports(file(path, line)).count == 1)
        }
        #expect(HouseRules.imports(file("Sources/Coupons/Web/A.swift", "import Redis")).count == 1)
        #expect(HouseRules.imports(file("Sources/Coupons/Store/A.swift", "import HTTP")).count == 1)
    }

    @Test func aCapabilityImportsOnlyThoseBelowIt() {
        for (path, module, count) in [
            ("Coupons/Web", "Shop", 1), ("Site/Limits", "Coupons", 1), ("Shop/Web", "Coupons", 0),
            ("Shop/Store", "Coupons", 0), ("Shop/Store", "Site", 1), ("Shop/Domain", "Coupons", 0),
            ("Shop/Domain", "Ledger", 1), ("Points/Store", "Shop", 1), ("Ledger", "Points", 1),
            ("Operating/Web", "Shop", 0), ("Kit/Engines", "Ledger", 1), ("Server", "Shop", 0),
            ("Rehearsal", "Shop", 1),
        ] {
            let found = HouseRules.imports(file("Sources/\(path)/A.swift", "import \(module)"))
            #expect(found.count == count, "\(path) imports \(module)")
        }
    }

    @Test func anUpdateWithoutARowIsSeen() {
        let path = "Sources/Coupons/Store/A.swift"
        let good = #"let a: SQL = "update coupons set n = 1 where \(row: .coupon(id))""#
        let bad = #"let a: SQL = "update coupons set n = 1 where coupon = \(id)""#
        let quotes = "\"\"\""
        let long = "let a: SQL = \(quotes)\n  update coupons set n = 1\n  \(quotes)\n"
        let lock = "let a: SQL = \"update outbox set n = 1\""
        #expect(TouchRules.named(file(path, good)) == [])
        #expect(TouchRules.named(file(path, lock)) == [])
        #expect(TouchRules.named(file(path, "\n" + bad)).map(\.line) == [2])
        #expect(TouchRules.named(file(path, long)).map(\.line) == [2])
        #expect(TouchRules.named(file("Sources/Kit/SQL/A.swift", bad)) == [])
    }

    @Test func aNameOfALayerAboveIsSeen() {
        let page = file("Sources/Shop/Web/A.swift", "package struct ShopPage: Sendable {}\n")
        let store = file("Sources/Shop/Store/A.swift", "actor ShopStore {}\n")
        let lines = "let page = ShopPage()\nlet store = ShopStore()\n"
        for (path, found) in [
            ("Shop/Domain", [1, 2]), ("Shop/Store", [1]), ("Shop/Web", []),
            ("Payments/Store", [1]), ("Server", []),
        ] {
            let other = file("Sources/\(path)/B.swift", lines)
            #expect(LayerRules.named([page, store, other]).map(\.line) == found, "\(path)")
        }
        let own = file("Sources/Shop/Store/B.swift", "private struct ShopPage {}\n// ShopPage\n")
        #expect(LayerRules.named([page, own]).map(\.line) == [1])
    }

    @Test func aReferenceThatGoesUpIsSeen() throws {
        let coupons = file(
            "Sources/Coupons/openapi.json",
            #"{ "components": { "schemas": { "Claim": {} } } }"#
        )
        let reference = "{\n  \"$ref\": \"#/components/schemas/Claim\"\n}"
        for (owner, lines) in [("Shop", []), ("Rooms", [2]), ("Site", [2])] {
            let part = file("Sources/\(owner)/openapi.json", reference)
            #expect(try ContractRules.referred([coupons, part]).map(\.line) == lines)
        }
    }

    @Test func testsImportWhatTheyNeed() {
        #expect(HouseRules.imports(file("Tests/KitTests/HTTP/A.swift", "import Foundation")) == [])
    }

    @Test func aFolderWithoutARowIsSeen() {
        let good = [
            "Sources/Kit/HTTP/A.swift", "Sources/Kit/C/CHTTPShims/a.c", "Sources/Seats/Web/A.swift",
            "Sources/Ledger/A.swift", "Sources/Seats/A.swift",
        ]
        let bad = [
            "Sources/Attic/A.swift", "Sources/Kit/Attic/A.swift", "Sources/Seats/Attic/A.swift",
            "Sources/A.swift",
        ]
        #expect(HouseRules.known(good + bad).map(\.path) == bad)
    }

    @Test func aLongFileIsSeen() {
        let full = String(repeating: "x\n", count: PageRules.fileLinesMax)
        #expect(PageRules.fileLength(file("A.swift", full)) == [])
        #expect(PageRules.fileLength(file("A.swift", full + "x")).count == 1)
        #expect(PageRules.fileLength(file("A.swift", full + "\n")).count == 1)
    }

    @Test func aLongLineIsSeen() {
        let full = String(repeating: "é", count: PageRules.lineMax)
        #expect(PageRules.lineLength(file("A.swift", "x\n\(full)\n")) == [])
        #expect(PageRules.lineLength(file("A.swift", "x\n\(full)x\n")).map(\.line) == [2])
    }

    @Test(arguments: [
        "func f() {", "public static func f<A>(a: A) async throws -> B {", "init(a: Int) {",
        "public convenience init?(a: Int) {", "@inlinable func f() {",
        "nonisolated(nonsending) public func f() async {", "func f(\n        a: Int\n    ) {",
    ])
    func aLongFunctionIsSeen(_ opening: String) {
        let extra = opening.split(separator: "\n").count + 1
        func type(_ lines: Int) -> TextFile {
            let body = String(repeating: "        x()\n\n", count: lines / 2)
            let odd = lines % 2 == 1 ? "        x()\n" : ""
            return file(
                "A.swift",
                "struct A {\n    \(opening)\n\(body)\(odd)    }\n    var b = 1\n}\n"
            )
        }
        #expect(PageRules.functionLength(type(PageRules.functionLinesMax - extra)) == [])
        let found = PageRules.functionLength(type(PageRules.functionLinesMax - extra + 1))
        #expect(found.map(\.line) == [2])
    }

    @Test func whatHasNoBodyIsNoLongFunction() {
        let filler = String(repeating: "    var x = 1\n", count: 100)
        for line in ["func f()", "func f() { g() }", "self.init(a)", "// func f() {", "callfunc {"]
        {
            let text = "struct A {\n    \(line)\n\(filler)    }\n}\n"
            #expect(PageRules.functionLength(file("A.swift", text)) == [], "\(line)")
        }
    }

    @Test(arguments: [
        "try" + "! f()", "a as" + "! B", "// FIX" + "ME", "-- TO" + "DO: later",
        "let a = Process" + "()",
    ])
    func aForbiddenWordIsSeen(_ line: String) {
        #expect(PageRules.forbiddenWords(file("A.swift", "x\n\(line)")).map(\.line) == [2])
    }

    @Test(arguments: [
        "try? f()", "a as? B", "// entry!", "Alas!", "to do", "x as !y",
        "OnsaleProcess" + "()",
    ])
    func anInnocentWordIsFine(_ line: String) {
        #expect(PageRules.forbiddenWords(file("A.swift", line)) == [])
    }

    @Test(arguments: ["Thread" + ".sleep(forTimeInterval: 1)", "u" + "sleep(1000)"])
    func aSleepOutsideALoopIsSeen(_ line: String) {
        let after = "func f() {\n    while a {\n        b()\n    }\n    \(line)\n}"
        #expect(PageRules.sleeps(file("Tests/A.swift", after)).map(\.line) == [5])
        let inside = "while a {\n    if b {\n        \(line)\n    }\n}"
        #expect(PageRules.sleeps(file("Tests/A.swift", inside)) == [])
        #expect(PageRules.sleeps(file("Tests/A.swift", "    while a { \(line) }")) == [])
        #expect(PageRules.sleeps(file("Tests/A.swift", "await loop.sleep(ms: 1)")) == [])
    }

    @Test func anAssetInNoTableIsSeen() {
        func lines(_ path: String, _ embedded: String) -> String {
            "FILE_BEGIN(\"\(path)\")\n#embed \"../../../\(embedded)\"\nFILE_END\n"
        }
        let table = file(
            "assets.c",
            lines("A/redis/b.lua", "A/redis/b.lua") + lines("A/redis/c.lua", "A/redis/b.lua")
        )
        let paths = ["Sources/A/redis/b.lua", "Sources/A/redis/c.lua", "Sources/A/pages/d.js"]
        #expect(
            AssetRules.embedded(paths, in: table).map(\.path) == [
                "Sources/A/redis/c.lua", "Sources/A/pages/d.js",
            ]
        )
    }

    private static let script = """
        -- Enter the line, once.
        -- KEYS[1] waiting  KEYS[2] seen
        -- ARGV[1] user
        -- returns {0, position}
        local a = redis.call('ZADD', KEYS[1], 1, ARGV[1]) -- KEYS[9] in a comment
        return {0, redis.call('GET', KEYS[2])}
        """

    @Test func aScriptWithItsContractIsFine() {
        #expect(AssetRules.contract(file("x/redis/a.lua", Self.script)) == [])
        let many =
            "-- Add.\n-- KEYS none\n-- ARGV[1..] users\n-- returns 1\nf(ARGV[7], ARGV[8 * i])\n"
        #expect(AssetRules.contract(file("x/redis/a.lua", many)) == [])
        let none = "-- Look.\n-- KEYS none\n-- ARGV none\n-- returns 1\nreturn 1\n"
        #expect(AssetRules.contract(file("x/redis/a.lua", none)) == [])
        #expect(
            AssetRules.contract(file("x/redis/lib/a.lua", "-- Shared.\nreturn KEYS[1]\n")) == []
        )
    }

    @Test(arguments: [
        ("-- KEYS[1] waiting  KEYS[2] seen\n", ""), ("-- ARGV[1] user\n", ""), ("-- returns", "--"),
        ("'GET', KEYS[2]", "'GET', KEYS[3]"), ("1, ARGV[1]", "1, ARGV[2]"),
        ("-- Enter", "local x = 1\n-- Enter"),
    ])
    func aScriptBesideItsContractIsSeen(_ old: String, _ new: String) throws {
        let range = try #require(Self.script.firstRange(of: old))
        let broken = Self.script.replacingCharacters(in: range, with: new)
        #expect(!AssetRules.contract(file("x/redis/a.lua", broken)).isEmpty)
    }

    @Test func aPreludeWithoutACommentIsSeen() {
        #expect(AssetRules.contract(file("x/redis/lib/a.lua", "local a = 1\n")).count == 1)
    }

    @Test func aThreatWithoutItsTestIsSeen() {
        let code = """
            extension OuterTests {
                @Suite struct AlphaTests {
                    private func helper() {}
                    @Test(arguments: [
                        1, 2,
                    ]) func first(_ number: Int) {}
                }
            }
            """
        let tests = ThreatRules.tests([file("Tests/A/B.swift", code)])
        #expect(tests == ["AlphaTests", "AlphaTests.first"])
        func held(_ row: String) -> [String] {
            let rows = ThreatRules.sections.map { "## \($0)\n\n| **x** | `AlphaTests` | |\n" }
            let page = file("threats.md", rows.joined(separator: "") + "| **y** | \(row) | |\n")
            return ThreatRules.held(page, by: tests).map { "\($0.line) \($0.what)" }
        }
        let good = ["`AlphaTests.first`", "`a`, `AlphaTests`", "not tested: needs two machines"]
        for row in good { #expect(held(row) == [], "\(row)") }
        #expect(held("a guard, `x.key`") == ["10 names no test"])
        #expect(held("`AlphaTests.helper`") == ["10 there is no test AlphaTests.helper"])
        #expect(held("`BetaTests`") == ["10 there is no test BetaTests"])
        for row in ["not tested", "`AlphaTests` (not tested)", "not tested: ..."] {
            #expect(held(row) == ["10 not tested, and not why"], "\(row)")
        }
        let empty = ThreatRules.held(file("threats.md", ""), by: tests)
        #expect(empty.count == ThreatRules.sections.count)
    }

    @Test func aSuiteWithoutAPlaceIsSeen() {
        let good = [
            "@Suite(.alone) struct A {}", "@Suite(.sideBySide, .serialized) struct A {}",
            "@Suite(\n    .alone,\n    .serialized\n) struct A {}", "    @Suite struct Inner {}",
            "@Suite(\n    .enabled(if: a, \"b\"),\n    .sideBySide\n) struct A {}",
        ]
        let bad = ["@Suite struct A {}", "@Suite(.serialized, .alone) struct A {}"]
        func seen(_ text: String, in folder: String) -> [Int] {
            SuiteRules.placed(file("Tests/\(folder)/A.swift", text)).map(\.line)
        }
        for text in good { #expect(seen(text, in: "ServerTests") == [], "\(text)") }
        for text in bad {
            for folder in ["ServerTests", "SiteTests/Server", "SeatsTests/Store", "KitTests/SQL"] {
                #expect(seen("\n" + text, in: folder) == [2], "\(folder): \(text)")
            }
            for folder in ["SiteTests", "SeatsTests/Web", "SeatsTests/Domain", "KitTests/JSON"] {
                #expect(seen(text, in: folder) == [], "\(folder): \(text)")
            }
        }
        let files = (good + bad).map { file("Tests/ServerTests/A.swift", $0) }
        #expect(SuiteRules.alone(files) == 2)
        #expect(SuiteRules.counted(2, in: file("p.md", "The 2 suites run alone.")) == [])
        #expect(SuiteRules.counted(3, in: file("p.md", "The 2 suites run alone.")).count == 1)
    }
}
