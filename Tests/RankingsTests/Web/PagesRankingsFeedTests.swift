import Testing

@testable import Rankings
@testable import Site
@testable import TestPages

/// Where the rankings page hears what changes, run with a stream, answers and timers of the test's.
@Suite(.enabled(if: Node.path != nil, "there is no node")) struct PagesRankingsFeedTests {
    /// `streams` are those that were opened; `timers` holds what is to come, at most one thing;
    /// `asked` the addresses, `answer` what they are answered with.
    private static let stage = """
        const [streams, timers, asked, said, taken] = [[], new Map(), [], [], []];
        const answer = {status: 200, body: null, askedMs: 0};
        globalThis.document = {hidden: false};
        globalThis.EventSource = class {
          constructor(url) { this.url = url; this.isOpen = true; this.on = {}; streams.push(this); }
          addEventListener(name, what) { this.on[name] = what; }
          close() { this.isOpen = false; }
        };
        let timerId = 0;
        globalThis.setTimeout = (what, ms) => (timers.set(++timerId, {what, ms}), timerId);
        globalThis.clearTimeout = (id) => timers.delete(id);
        const body = {
          "/api/v1/concerts/ranking": [],
          "/api/v1/products/popular":
            {days: 3, refreshedAt: "2026-05-28T20:26:40.000Z", products: []},
        };
        const calls = {call: async (method, url) => {
          asked.push(url);
          return {...answer, body: answer.body ?? body[url]};
        }};
        const feed = onsaleRankingsFeed({
          rules: onsaleRankingsRules(), calls,
          takeConcerts: (lines) => taken.push(lines), takeProducts: () => {},
          connection: (name) => said.push(name),
        });
        const settled = () => new Promise((done) => setImmediate(done));
        const open = () => streams.filter(({isOpen}) => isOpen).length;
        // Lets the one thing come that is to come; answers how long it was to take.
        const next = async () => {
          is(timers.size, 1);
          const [[id, {what, ms}]] = timers;
          timers.delete(id);
          what();
          await settled();
          return ms;
        };
        const isAbout = (ms, of) => {
          if (!(ms >= of * 0.9 && ms <= of * 1.1)) throw new Error(`${ms} is not about ${of}`);
        };
        // What waits for ever has not passed.
        process.exitCode = 1;
        const run = (body) => body().then(() => (process.exitCode = 0), console.error);

        """

    private func run(_ body: String) throws {
        let rules: [PageAsset] = [.callsRules, .rankingsRules, .rankingsFeed]
        try Node.run(rules, Self.stage + "run(async () => {\n\(body)\n});")
    }

    @Test func aStreamThatFailsIsReplacedByPollsAndTriedAgain() throws {
        try run(
            """
            feed.follow();
            is([open(), streams[0].url], [1, "/api/v1/rankings/events"]);
            streams[0].on.concerts({data: "[]"});
            is(taken, [[]]);
            streams[0].onerror();
            is([open(), asked.length], [0, 0]);
            for (const polls of [1, 2, 3]) {
              isAbout(await next(), 5_000);
              is(asked.length, 2 * polls);
            }
            is([open(), streams.length], [1, 2]);
            """
        )
    }

    @Test func aServerInTroubleIsAskedEverMoreRarelyAndSaidToBe() throws {
        try run(
            """
            answer.status = 503;
            feed.poll();
            await settled();
            is(said, ["unavailable"]);
            for (const ms of [5_000, 5_000, 8_000, 16_000, 30_000, 30_000]) {
              isAbout(await next(), ms);
            }
            answer.askedMs = 45_000;
            await next();
            isAbout(await next(), 45_000);
            answer.status = 0;
            await next();
            is(said.at(-1), "connectionLost");
            Object.assign(answer, {status: 200, askedMs: 0});
            await next();
            is(said.at(-1), "");
            is(open(), 0);
            """
        )
    }

    @Test func aHiddenPageNeitherListensNorAsks() throws {
        try run(
            """
            feed.follow();
            document.hidden = true;
            feed.stop();
            is([open(), timers.size], [0, 0]);
            feed.follow();
            feed.poll();
            feed.refresh();
            await settled();
            is([open(), timers.size, asked.length], [0, 0, 0]);
            document.hidden = false;
            feed.refresh();
            await settled();
            is([open(), asked.length], [1, 2]);
            """
        )
    }

    @Test func anAnswerThatComesTooLateIsDropped() throws {
        try run(
            """
            feed.poll();
            feed.stop();
            await settled();
            is([taken.length, timers.size, open()], [0, 0, 0]);
            """
        )
    }

    @Test func aStreamThatSaysNothingForLongIsLookedAfter() throws {
        try run(
            """
            feed.follow();
            isAbout(await next(), 120_000);
            is([asked.length, streams.length, open()], [2, 2, 1]);
            """
        )
    }

    @Test func whatIsNoListIsNotTakenForOne() throws {
        try run(
            """
            answer.body = {title: "a gateway's page"};
            feed.poll();
            await settled();
            is(taken, [null]);
            is(said, ["unavailable"]);
            is(timers.size, 1);
            """
        )
    }
}
