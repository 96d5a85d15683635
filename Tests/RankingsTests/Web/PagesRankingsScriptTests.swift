import Foundation
import JSON
import Testing
import Values

@testable import Rankings
@testable import Site
@testable import TestPages

/// The scripts of the rankings page against the page, its phrases and the server's documents; what
/// they reckon is run where there is a `node` to run it, and has to come out as the server's.
@Suite struct PagesRankingsScriptTests {
    private let rankings = scripts(PageAsset.ofRankingsPage, ["parts", "rankings"])
    private static let rules: [PageAsset] = [.callsRules, .rankingsRules, .rankingsPlot]

    private func quoted(_ write: (inout JSONWriter) -> Void) -> String {
        var json = JSONWriter()
        write(&json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    @Test func everyElementTheScriptsNameIsOnThePage() {
        let html = html(Ranked.page())
        var ids: Set<String> = ["concerts-empty", "products-empty"]
        for call in [
            "byId(\"", "say(\"", "isShown(\"", "getElementById(\"", "rowsOf(\"", "onTrace(\"",
            "view.list(\"", "time(\"",
        ] {
            for rest in rankings.pieces(after: call) {
                ids.insert(String(rest.prefix { $0 != "\"" }))
            }
        }
        // The parts know a notice, which this page has none of.
        ids.remove("notice")
        #expect(ids.count >= 20)
        for id in ids { #expect(html.contains("id=\"\(id)\""), "\(id)") }
        let row = PageAsset.rankingsView.bytes + PageAsset.rankingsScript.bytes
        for call in ["set(row, \".", "querySelector(\".", "closest(\"."] {
            for rest in String(decoding: row, as: UTF8.self).pieces(after: call) {
                let name = rest.prefix { $0 != "\"" }
                let isThere =
                    html.contains("class=\"\(name)\"")
                    || html.contains("class=\"unseen \(name)\"")
                #expect(isThere, "\(name)")
            }
        }
    }

    @Test(arguments: Language.allCases)
    func theScriptsCanReadEveryPhraseTheyName(language: Language) throws {
        let block = Words.rankings[language].script
        #expect(!block.bytes.contains(UInt8(ascii: "<")))
        let parsed = try JSONSerialization.jsonObject(with: Data(block.bytes))
        let texts = try #require(parsed as? [String: Any])
        // The parts know notices, which this page has none of.
        let own = scripts(PageAsset.ofRankingsPage, ["rankings"])
        var groups: Set<String> = []
        for rest in own.pieces(after: "phrases.") {
            let path = rest.prefix { $0.isLetter || $0 == "." }.split(separator: ".")
            let value = texts[String(path[0])]
            groups.insert(String(path[0]))
            #expect(value != nil, "\(path)")
            guard path.count > 1 else { continue }
            let text = (value as? [String: String])?[String(path[1])]
            #expect(text?.isEmpty == false, "\(path)")
        }
        #expect(
            groups == ["badges", "moves", "up", "down", "labels", "live", "seats", "units", "days"]
        )
        let badges = try #require(texts["badges"] as? [String: String])
        let names = RankingBadge.Name.allCases.map(\.rawValue) + ["freeAgain"]
        #expect(Set(badges.keys) == Set(names))
        let live = try #require(texts["live"] as? [String: String])
        for name in ["first", "soldOut", "connectionLost", "connectionBack", "unavailable"] {
            #expect(live[name]?.isEmpty == false)
        }
    }

    @Test(.enabled(if: Node.path != nil, "there is no node"))
    func theScriptReadsTheServersDocuments() throws {
        let concerts = quoted { $0.element(Ranked.concerts) }
        let popular = quoted { $0.element(Ranked.popular) }
        try Node.run(
            Self.rules,
            """
            const r = onsaleRankingsRules();
            const lines = r.concerts(\(concerts));
            is(lines.length, 4);
            is(lines[0], {member: "eve", concert: "c-eve", date: "2026-12-24", rank: 1, count: 1200,
              t90Ms: 291900, t100Ms: 1218000, projectedT90Ms: null, isSoldOut: true});
            const list = r.products(\(popular));
            is([list.days, list.isFromLedger, list.lines.length], [3, false, 4]);
            is(list.lines[0], {member: "cap", name: "CAP", rank: 1, count: 1234, previous: 3});
            is(list.lines[3].previous, null);
            is(r.products({...\(popular), source: "ledger"}).isFromLedger, true);
            for (const bad of [null, {}, [null], [{...\(concerts)[0], rank: 0}],
                [{...\(concerts)[0], soldOutCount: "1"}]]) {
              is(r.concerts(bad), null);
            }
            for (const bad of [null, [], {}, {...\(popular), days: 0},
                {...\(popular), products: [1]}, {...\(popular), refreshedAt: "soon"}]) {
              is(r.products(bad), null);
            }
            """
        )
    }

    @Test(.enabled(if: Node.path != nil, "there is no node"))
    func badgesAndMovesAreTheServers() throws {
        var entries: [SelloutEntry] = []
        for bits in 0..<16 {
            entries.append(
                Ranked.entry(
                    1,
                    "p",
                    t90Ms: bits & 1 > 0 ? 291_900 : nil,
                    t100Ms: bits & 2 > 0 ? 1_218_000 : nil,
                    projectedT90Ms: bits & 4 > 0 ? 3_750_000 : nil,
                    isSoldOut: bits & 8 > 0
                )
            )
        }
        for language in Language.allCases {
            let words = Words.rankings[language]
            let texts = entries.map { RankingBadge.text($0, .usual, language) }
            let moves = [(nil, 1), (3, 1), (2, 1), (1, 1), (1, 2), (1, 9)].map { (from, to) in
                let move = RankMove(from: from, to: to)
                return [move.name, move.mark(words), move.text(words)]
            }
            let block = String(decoding: words.script.bytes, as: UTF8.self)
            try Node.run(
                [.words, .rankingsView] + Self.rules,
                """
                const phrases = \(block);
                const [rules, words] = [onsaleRankingsRules(), onsaleWords(phrases)];
                const data = {percent: "90"};
                const view = onsaleRankingsView({data, phrases, words, rules, parts: {}});
                const lines = rules.concerts(\(quoted { $0.element(entries) }));
                is(lines.map(view.badge), \(texts));
                const moves = [[null, 1], [3, 1], [2, 1], [1, 1], [1, 2], [1, 9]].map(([a, b]) => {
                  const move = rules.move(a, b);
                  return [move.kind, rules.mark(move, phrases.moves.isNew), view.moved(move)];
                });
                is(moves, \(moves));
                """
            )
        }
    }

    @Test(.enabled(if: Node.path != nil, "there is no node"))
    func aPlotIsTheServers() throws {
        var state: UInt64 = 2_026
        func random(_ bound: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % bound
        }
        var histories = [[Ranked.point(0, 1)], [Ranked.point(0, 9)]]
        for count in [2, 3, 10, 100, 1_300] {
            histories.append(
                (0..<count).map { Ranked.point(Int64($0 * 60), Int(random(100)) + 1) }
            )
        }
        let lines = try histories.map { try #require(RankPlot($0)) }
        let documents = histories.map { points in quoted { $0.element(history: points) } }
        let plots = lines.map { plot in
            let ranks = [plot.lowest, plot.first.rank, plot.best, plot.last.rank]
            let figures = ranks.map(String.init).joined(separator: ",")
            let times = "\"\(plot.first.at)\",\"\(plot.last.at)\""
            return "[\"\(plot.line)\",\(plot.endY),\(figures),\(times)]"
        }
        try Node.run(
            Self.rules,
            """
            const p = onsaleRankingsPlot();
            const drawn = [\(documents.joined(separator: ","))].map((d) => {
              const {line, endY, lowest, first, best, now, from, to} = p.plot(p.points(d));
              return [line, endY, lowest, first, best, now, from, to];
            });
            is(drawn, [\(plots.joined(separator: ","))]);
            is(p.plot(p.points({points: []})), null);
            for (const bad of [null, {}, {points: [{at: "soon", rank: 1}]},
                {points: [{at: "2026-01-01T00:00:00.000Z", rank: 0}]}]) {
              is(p.points(bad), null);
            }
            """
        )
    }

    @Test(.enabled(if: Node.path != nil, "there is no node"))
    func onlyASellOutOrANewFirstPlaceIsSaidAloud() throws {
        try Node.run(
            Self.rules,
            """
            const r = onsaleRankingsRules();
            const line = (member, isSoldOut = false) => ({member, isSoldOut});
            const [a, b, c] = ["a", "b", "c"].map((name) => line(name));
            is(r.news([], [a]), null);
            is(r.news([a], []), null);
            is(r.news([a, b], [a, c, b]), null);
            is(r.news([a, b], [b, a]), {name: "first", line: b});
            is(r.news([a, b], [a, line("b", true)]), {name: "soldOut", line: line("b", true)});
            // New on the list and long sold out is no news.
            is(r.news([a, b], [a, line("c", true)]), null);
            is(r.news([line("a", true), b], [line("a", true), b]), null);
            is(r.pollMs({failures: 0, askedMs: 0}), 5000);
            is(r.pollMs({failures: 3, askedMs: 0}), 8000);
            is(r.pollMs({failures: 30, askedMs: 0}), 30000);
            is(r.pollMs({failures: 1, askedMs: 45000}), 45000);
            """
        )
    }
}
