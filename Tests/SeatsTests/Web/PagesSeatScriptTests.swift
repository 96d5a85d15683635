import Foundation
import Testing

@testable import Seats
@testable import Site
@testable import TestPages

/// The scripts of the seat page against the page and its phrases; what they reckon is run where
/// there is a `node` to run it.
@Suite struct PagesSeatScriptTests {
    @Test func everyElementTheScriptsNameIsOnThePage() {
        let html = html(SeatPages.page())
        var ids: Set<String> = []
        for call in ["byId(\"", "say(\"", "isShown(\""] {
            for rest in scripts.pieces(after: call) {
                ids.insert(String(rest.prefix { $0 != "\"" }))
            }
        }
        ids.formUnion(["choose", "charge", "pay", "give-back", "give-back-button"])
        #expect(ids.count > 30)
        for id in ids { #expect(html.contains("id=\"\(id)\""), "\(id)") }
    }

    @Test(arguments: Language.allCases)
    func theScriptsCanReadEveryPhraseTheyName(language: Language) throws {
        let block = Words.seats[language].script
        #expect(!block.bytes.contains(UInt8(ascii: "<")))
        let parsed = try JSONSerialization.jsonObject(with: Data(block.bytes))
        let phrases = try #require(parsed as? [String: Any])
        for group in ["labels", "notices", "states"] {
            let texts = try #require(phrases[group] as? [String: String])
            for rest in scripts.pieces(after: "phrases.\(group).") {
                let name = String(rest.prefix { $0.isLetter })
                #expect(texts[name]?.isEmpty == false, "\(group).\(name)")
            }
        }
        let notices = try #require(phrases["notices"] as? [String: String])
        for call in ["view.notice(\"", "end(\"", "view.connection(\""] {
            for rest in scripts.pieces(after: call) where rest.first != "\"" {
                let name = String(rest.prefix { $0 != "\"" })
                #expect(notices[name]?.isEmpty == false, "\(name)")
            }
        }
        // Notices that a table of the rules names.
        for name in try #require(scripts.pieces(after: "const noticeOfCode = {").first)
            .prefix(while: { $0 != "}" }).split(separator: "\"").filter({
                $0.first?.isLetter == true
            })
        {
            #expect(notices[String(name)]?.isEmpty == false, "\(name)")
        }
        for group in ["chosen", "free", "points"] {
            let forms = try #require(phrases[group] as? [String: String])
            #expect(Set(forms.keys) == ["zero", "one", "other"])
        }
    }

    @Test(.enabled(if: Node.path != nil, "there is no node"))
    func statesAreReadAndCompared() throws {
        try run(
            """
            const seat = (state, i) => ({number: i + 1, state});
            const seats = (...states) => ({seats: states.map(seat)});
            is(r.statesOf(seats("free", "held", "sold")), "fhs");
            is(r.statesOf({seats: []}), "");
            for (const bad of [null, {}, seats("gone"), seats("toString"),
                {seats: [{number: 2, state: "free"}]}, {seats: [{number: 0, state: "free"}]},
                {seats: [{number: 1, state: "free"}, {number: 1, state: "free"}]}]) {
              is(r.statesOf(bad), null);
            }
            is(r.changes("fffs", "fhfs"), [2]);
            is(r.changes("", "fh"), [1, 2]);
            is(r.changes("ff", "fff"), [3]);
            is(r.freeIn("fhff", 2, 4), 2);
            is(r.isSoldOut("sss"), true);
            is(r.isSoldOut("ssh"), false);
            is(r.isSoldOut(""), false);
            is(r.marked("ffff", [2, 4, 9], "h"), "fhfh");
            is(r.section(2, 501, 500), {number: 2, first: 501, last: 501});
            is(r.section(9, 501, 500).number, 2);
            is(r.sectionCount(0, 500), 1);
            is(r.rowOf(20, 20), 1);
            is(r.rowOf(21, 20), 2);
            """
        )
    }

    @Test(.enabled(if: Node.path != nil, "there is no node"))
    func theArrowKeysStayInTheSection() throws {
        try run(
            """
            const at = (key, seat, columns = 20, isControl = false) =>
              r.move(key, seat, {first: 501, last: 645, columns, isControl});
            is(at("ArrowRight", 501), 502);
            is(at("ArrowLeft", 501), 501);
            is(at("ArrowRight", 645), 645);
            is(at("ArrowDown", 501), 521);
            is(at("ArrowDown", 501, 10), 511);
            is(at("ArrowDown", 640), 640);
            is(at("ArrowUp", 520), 520);
            is(at("ArrowUp", 521), 501);
            is(at("Home", 533), 521);
            is(at("End", 533), 540);
            is(at("End", 642), 645);
            is(at("Home", 533, 20, true), 501);
            is(at("End", 533, 20, true), 645);
            is(at("Tab", 533), null);
            is(at("constructor", 533), null);
            """
        )
    }

    @Test(.enabled(if: Node.path != nil, "there is no node"))
    func anAnswerThatLeavesOpenWhetherItWasDoneIsAskedAgain() throws {
        try run(
            """
            is(r.verdict(201, ""), "done");
            is(r.verdict(402, "insufficient_points"), "refused");
            is(r.verdict(409, "hold_expired"), "refused");
            is(r.verdict(422, "idempotency_mismatch"), "refused");
            for (const [status, code] of [[0, ""], [409, "in_progress"], [503, "store_unavailable"],
                [502, ""], [429, "rate_limited"], [408, ""]]) {
              is(r.verdict(status, code), "unknown");
            }
            is(r.attemptMs(1, 0), 1000);
            is(r.attemptMs(1, 5000), 5000);
            is(r.attemptMs(5, 0), 8000);
            is(r.attemptMs(6, 0), null);
            is(r.notice(403, "not_admitted"), "notAdmitted");
            is(r.notice(410, "performance_sold_out"), "soldOut");
            is(r.notice(0, ""), "unavailable");
            is(r.notice(502, ""), "unavailable");
            is(r.notice(400, "invalid_request"), "failed");
            is(r.notice(400, "toString"), "failed");
            """
        )
    }

    @Test(.enabled(if: Node.path != nil, "there is no node"))
    func aLargeOrTroubledMapIsAskedForLessOften() throws {
        try run(
            """
            const ms = (some) =>
              r.pollMs({isHidden: false, failures: 0, tookMs: 20, askedMs: 0, ...some});
            is(ms({}), 1000);
            is(ms({tookMs: 900}), 2700);
            is(ms({isHidden: true}), 30000);
            is(ms({failures: 1}), 2000);
            is(ms({failures: 9}), 30000);
            is(ms({askedMs: 45000}), 45000);
            is(r.askedMs("2"), 2000);
            is(r.askedMs(null), 0);
            is(r.askedMs("Wed, 21 Oct 2026 07:28:00 GMT"), 0);
            is(r.clock(0), "0:00");
            is(r.clock(65), "1:05");
            is(r.clock(3600), "1:00:00");
            is(r.keyOf([0, 255]), "page-00ff");
            """
        )
    }

    /// `r` is what `seats-rules.js` offers.
    private func run(_ checks: String) throws {
        let rules = [PageAsset.callsRules, .seatsRules]
        try Node.run(rules, "const r = onsaleSeatRules();\n" + checks)
    }

    private let scripts = TestPages.scripts(PageAsset.ofSeatPage, ["seats"])
}
