import Foundation
import Testing

@testable import Rooms
@testable import Site
@testable import TestPages

/// The scripts of the room's page on the page as the server renders it, with a stream, answers and
/// timers of the test's: a room that is sold out, and what comes back to it.
@Suite(.enabled(if: Node.path != nil, "there is no node")) struct PagesRoomScriptTests {
    /// The page's elements by their ids, as far as its scripts touch them.
    private static let stage = """
        const named = (attributes, name) =>
          attributes.match(new RegExp(`(?:^|\\s)${name}="([^"]*)"`))?.[1] ?? null;
        const elements = {};
        for (const match of page.matchAll(/<\\w+([^>]* id="([^"]+)"[^>]*)>([^<]*)/g)) {
          const [, attributes, id, text] = match;
          const dataset = {};
          for (const [, key, value] of attributes.matchAll(/data-([\\w-]+)="([^"]*)"/g)) {
            dataset[key.replace(/-(\\w)/g, (_, letter) => letter.toUpperCase())] = value;
          }
          elements[id] = {
            dataset, textContent: text, hidden: /\\shidden(\\s|$)/.test(attributes),
            dateTime: named(attributes, "datetime") ?? "", value: 0,
            getAttribute: (name) => named(attributes, name), addEventListener: () => {},
          };
        }
        const define = (name, value) =>
          Object.defineProperty(globalThis, name, {value, configurable: true, writable: true});
        define("document", {
          hidden: false, title: "", addEventListener: () => {}, querySelectorAll: () => [],
          getElementById: (id) => elements[id],
        });
        define("window", {addEventListener: () => {}});
        define("sessionStorage", {getItem: () => null, setItem: () => {}, removeItem: () => {}});
        const [streams, timers] = [[], new Map()];
        const answer = {status: 200, body: {}};
        let timerId = 0;
        define("EventSource", class {
          constructor(url) { this.url = url; this.isOpen = true; this.on = {}; streams.push(this); }
          addEventListener(name, what) { this.on[name] = what; }
          close() { this.isOpen = false; }
          tell(name, document) { this.on[name]({data: JSON.stringify(document)}); }
        });
        define("setTimeout", (what, ms) => (timers.set(++timerId, {what, ms}), timerId));
        define("clearTimeout", (id) => timers.delete(id));
        define("setInterval", () => 0);
        define("fetch", async (url) => {
          is(url, "/api/v1/rooms/demo/tickets/me");
          return {
            ok: answer.status === 200, status: answer.status,
            headers: {get: () => null}, json: async () => answer.body,
          };
        });
        const settled = () => new Promise((done) => setImmediate(done));
        // Lets the one thing come that is to come; answers how long it was to take.
        const next = async () => {
          is(timers.size, 1);
          const [[id, {what, ms}]] = timers;
          timers.delete(id);
          what();
          await settled();
          return ms;
        };
        const isRare = (ms) => is(ms >= 27_000 && ms <= 33_000, true);
        const open = () => streams.filter(({isOpen}) => isOpen).length;
        const soldOut = {status: 410, code: "room_sold_out"};
        const waiting = {state: "waiting", position: 3, ahead: 2, pollAfterMs: 5_000};
        const admitted = {state: "admitted", sessionExpiresAt: "2099-01-01T00:00:00.000Z"};
        // The view, and which of place and leaving are offered.
        const shows = (view, headline, place, leave) => is(
          [elements.room.dataset.view, elements.headline.textContent, !elements.place.hidden,
            !elements.leave.hidden],
          [view, headline, place, leave],
        );
        process.exitCode = 1;
        const run = (body) => body().then(() => (process.exitCode = 0), console.error);

        """

    private static func scene(_ view: RoomPage.View, _ scripts: String, _ body: String) throws
        -> String
    {
        let page = String(
            decoding: RoomPage(room: "demo", language: .en, view: view).render(),
            as: UTF8.self
        )
        let text = String(decoding: try JSONEncoder().encode(page), as: UTF8.self)
        return "const page = \(text);\n\(stage)\(scripts)\nrun(async () => {\n\(body)\n});"
    }

    private static let scripts = [PageAsset.words, .roomView, .roomFeed, .script]
        .map { String(decoding: $0.bytes, as: UTF8.self) }.joined()

    private static let headlines = """
        const {views} = JSON.parse(elements.phrases.textContent);
        const [gone, inLine, inside] =
          [views.soldOutInLine, views.waiting, views.admitted].map(({headline}) => headline);

        """

    /// The page was loaded while the room was sold out, and a seat comes back.
    private static let returns =
        headlines + """
            shows("soldOutInLine", gone, false, true);
            Object.assign(answer, {status: 410, body: soldOut});
            for (let n = 0; n < 3; n += 1) {
              isRare(await next());
              shows("soldOutInLine", gone, false, true);
              is([open(), timers.size], [0, 1]);
            }
            Object.assign(answer, {status: 200, body: waiting});
            isRare(await next());
            shows("waiting", inLine, true, true);
            is([elements.position.textContent, open()], ["3", 1]);
            streams.at(-1).tell("ticket", admitted);
            shows("admitted", inside, false, false);
            """

    /// The page hears on its stream that the room is sold out, and is let in at its next question.
    private static let admits =
        headlines + """
            shows("waiting", inLine, true, true);
            is(open(), 1);
            streams[0].tell("ticket", waiting);
            streams[0].tell("problem", soldOut);
            shows("soldOutInLine", gone, false, true);
            is([open(), timers.size], [0, 1]);
            Object.assign(answer, {status: 200, body: admitted});
            isRare(await next());
            shows("admitted", inside, false, false);
            is(elements["expires-row"].hidden, false);
            """

    private static let soldOut = RoomPage.View.soldOutInLine(refreshSeconds: 30)

    @Test func aSoldOutPageChangesBackToTheLine() throws {
        let scene = try Self.scene(Self.soldOut, Self.scripts, Self.returns)
        let end = try Node.ends("", scene)
        #expect(end.status == 0, "\(end.said)")
    }

    @Test func aPageThatHeardOfItIsLetIn() throws {
        let scene = try Self.scene(PagesRoomTests.waiting, Self.scripts, Self.admits)
        let end = try Node.ends("", scene)
        #expect(end.status == 0, "\(end.said)")
    }

    /// Each line taken out of the scripts, and a scene has to notice.
    @Test(
        arguments: [
            "if (data.view === \"soldOutInLine\") feed.later(soldOutEveryMs);",
            " || data.view === \"soldOutInLine\"",
            "\"soldOutInLine\",\n  ];",
            "if (ticket.state === \"waiting\" || ticket.state === \"skipped\") page.place(ticket);",
        ]
    )
    func aPageWithoutALineIsFound(line: String) throws {
        try #require(Self.scripts.pieces(after: line).count == 1, "\(line)")
        let instead = line.hasSuffix("];") ? "];" : ""
        let without = Self.scripts.replacing(line, with: instead)
        let scenes = [
            try Self.scene(Self.soldOut, without, Self.returns),
            try Self.scene(PagesRoomTests.waiting, without, Self.admits),
        ]
        #expect(try scenes.contains { try Node.ends("", $0).status != 0 }, "\(line)")
    }
}
