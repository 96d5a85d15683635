import Foundation
import Testing
import Values

@testable import Coupons
@testable import Shop
@testable import Site
@testable import TestPages

/// The scripts of the coupon page and the shop page against the pages and their phrases; what they
/// reckon is run where there is a `node` to run it.
@Suite struct PagesShopScriptTests {
    private let coupon = scripts(PageAsset.ofCouponPage, ["parts", "coupon"])
    private let shop = scripts(PageAsset.ofShopPage, ["parts", "shop"])

    private static var couponPage: String {
        let coupon = Coupon(
            id: ShopPages.id("c:1"),
            name: "Welcome",
            quantity: 1_000,
            discount: .percent(20)
        )
        let page = CouponPage(
            standing: CouponStanding(coupon: coupon, issued: 963),
            atMs: ShopPages.nowMs,
            language: .en,
            visitor: ShopPages.visitor
        )
        return String(decoding: page.render(), as: UTF8.self)
    }

    @Test func everyElementTheScriptsNameIsOnTheirPage() {
        for (scripts, html, least) in [
            (coupon, Self.couponPage, 12), (shop, html(ShopPages.shop()), 20),
        ] {
            var ids: Set<String> = []
            for call in ["byId(\"", "say(\"", "isShown(\"", "getElementById(\"", " on(\""] {
                for rest in scripts.pieces(after: call) {
                    ids.insert(String(rest.prefix { $0 != "\"" }))
                }
            }
            #expect(ids.count >= least)
            for id in ids { #expect(html.contains("id=\"\(id)\""), "\(id)") }
        }
    }

    @Test(arguments: Language.allCases)
    func theScriptsCanReadEveryPhraseTheyName(language: Language) throws {
        for (scripts, block) in [
            (coupon, Words.coupons[language].script),
            (shop, Words.shop[language].script),
        ] {
            #expect(!block.bytes.contains(UInt8(ascii: "<")))
            let parsed = try JSONSerialization.jsonObject(with: Data(block.bytes))
            let texts = try #require(parsed as? [String: Any])
            for rest in scripts.pieces(after: "phrases.") {
                let path = rest.prefix { $0.isLetter || $0 == "." }.split(separator: ".")
                let value = texts[String(path[0])]
                #expect(value != nil, "\(path)")
                guard path.count > 1 else { continue }
                let text = (value as? [String: String])?[String(path[1])]
                #expect(text?.isEmpty == false, "\(path)")
            }
            let notices = try #require(texts["notices"] as? [String: String])
            for name in noticeNames(scripts) { #expect(notices[name] != nil, "\(name)") }
        }
    }

    /// Notices by their names: said at once, by a view, or by a code of the server.
    private func noticeNames(_ scripts: String) -> Set<String> {
        var names: Set<String> = ["failed"]
        for rest in scripts.pieces(after: "notice(\"") where rest.first != "\"" {
            names.insert(String(rest.prefix { $0 != "\"" }))
        }
        for table in ["noticeOfView = {", "outcomeOfCode = {", "noticeOfCode = {"] {
            for rest in scripts.pieces(after: table) {
                let values = rest.prefix { $0 != "}" }.split(separator: "\"")
                names.formUnion(values.filter { $0.first?.isLetter == true }.map(String.init))
            }
        }
        #expect(names.count > 4)
        return names
    }

    @Test(.enabled(if: Node.path != nil, "there is no node"))
    func aLostAnswerMakesAlreadyClaimedGoodNews() throws {
        try Node.run(
            [.callsRules, .couponRules],
            """
            const r = onsaleCouponRules();
            is(r.outcome(201, "", false), "yours");
            is(r.outcome(409, "coupon_already_claimed", false), "already");
            is(r.outcome(409, "coupon_already_claimed", true), "yours");
            is(r.outcome(410, "coupon_sold_out", true), "soldOut");
            is(r.outcome(409, "coupon_not_started", false), "notYet");
            is(r.outcome(410, "coupon_ended", false), "ended");
            for (const status of [0, 408, 429, 500, 502, 503]) {
              is(r.outcome(status, "store_unavailable", false), "unknown");
            }
            is(r.outcome(401, "unauthenticated", false), "unauthenticated");
            is(r.outcome(404, "not_found", false), "failed");
            is(r.outcome(400, "toString", false), "failed");
            """
        )
    }

    @Test(.enabled(if: Node.path != nil, "there is no node"))
    func aCouponIsLookedAtEverySecondUntilItIsOver() throws {
        try Node.run(
            [.callsRules, .couponRules],
            """
            const r = onsaleCouponRules();
            const ms = (some) =>
              r.pollMs({view: "open", leftMs: 0, failures: 0, askedMs: 0, ...some});
            is(ms({}), 1000);
            is(ms({view: "scheduled", leftMs: 60000}), 1000);
            is(ms({view: "scheduled", leftMs: 60001}), 15000);
            for (const view of ["finished", "ended", "yours"]) is(ms({view}), null);
            is(ms({failures: 1}), 2000);
            is(ms({failures: 9}), 30000);
            is(ms({askedMs: 45000}), 45000);
            const doc = {remaining: 3, quantity: 9, state: "open", name: "x"};
            is(r.standing(doc), {remaining: 3, quantity: 9, state: "open"});
            for (const bad of [null, {}, {...doc, remaining: -1}, {...doc, quantity: "9"},
                {...doc, state: "yours"}]) {
              is(r.standing(bad), null);
            }
            """
        )
    }

    @Test(.enabled(if: Node.path != nil, "there is no node"))
    func theServersClockIsNeverThoughtToBeAhead() throws {
        try Node.run(
            [.callsRules, .calls],
            """
            let localMs = 0;
            Object.defineProperty(globalThis, "performance",
              {value: {now: () => localMs}, configurable: true});
            const calls = onsaleCalls({user: "", scope: "x", rules: onsaleCallRules()});
            // The true clock is 5,300 ahead; what is told of it is whole seconds, rounded down.
            for (const at of [100, 400, 700, 950]) {
              localMs = at;
              calls.itWas(Math.floor((at + 5300) / 1000) * 1000);
              if (calls.nowAtLeast() > at + 5300) throw new Error("ahead");
            }
            is(calls.nowAtLeast(), 950 + 5300);
            """
        )
    }

    @Test(.enabled(if: Node.path != nil, "there is no node"))
    func anOrderIsAddedUpAsTheServerDoes() throws {
        try Node.run(
            [.callsRules, .shopRules],
            """
            const r = onsaleShopRules();
            const field = (product, text) => ({product, text});
            is(r.linesOf([field("a", "2"), field("b", ""), field("c", "0"), field("d", " 1 ")]),
              [{product: "a", quantity: 2}, {product: "d", quantity: 1}]);
            for (const bad of ["-1", "1.5", "x", "?", "10001", "1e9"]) {
              is(r.linesOf([field("a", bad)]), null);
            }
            const price = () => 2 ** 52;
            is(r.sum([{product: "a", quantity: 2}], price), 2 ** 53);
            is(r.sum([{product: "a", quantity: 3}], price), null);
            is(r.off({amount: 0, percent: 20}, 999), 199);
            is(r.off({amount: 500, percent: 0}, 300), 300);
            is(r.off({amount: 0, percent: 99}, 2 ** 53), 8917127262193582);
            is(r.off(null, 300), 0);
            is(r.notice("out_of_stock"), "outOfStock");
            is(r.notice("toString"), "failed");
            """
        )
        #expect(Discount.percent(99).off(1 << 53) == 8_917_127_262_193_582)
    }

    @Test(.enabled(if: Node.path != nil, "there is no node"))
    func anAttemptOfUnknownFateIsSentAgainWithItsKey() throws {
        try Node.run(
            [.callsRules, .calls],
            """
            const answers = [0, 503, 409, 201];
            const keys = [];
            const headers = {get: () => null};
            globalThis.fetch = async (url, {headers: sent}) => {
              keys.push(sent["Idempotency-Key"]);
              const status = answers.shift();
              if (status === 0) throw new Error("cut off");
              const code = status === 409 ? "in_progress" : "";
              return {status, ok: status < 300, headers, json: async () => ({code})};
            };
            globalThis.setTimeout = (what) => (queueMicrotask(what), 0);
            globalThis.AbortController = class { abort() {} };
            (async () => {
              const calls = onsaleCalls({user: "", scope: "x", rules: onsaleCallRules()});
              let again = 0;
              const answer = await calls.once("order", "/o", {lines: [1]}, () => (again += 1));
              is(answer.verdict, "done");
              is([keys.length, new Set(keys).size, again], [4, 1, 3]);
              is(calls.kept("order"), null);
              answers.push(402);
              is((await calls.once("order", "/o", {lines: [1]}, () => {})).verdict, "refused");
              is(new Set(keys).size, 2);
            })().catch((error) => { console.error(error); process.exit(1); });
            """
        )
    }
}
