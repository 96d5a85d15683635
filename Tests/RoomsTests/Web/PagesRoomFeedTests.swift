import Foundation
import Testing

@testable import Rooms
@testable import Site
@testable import TestPages

/// Where the room's page hears of its ticket, run with a stream, answers, timers and a clock of the
/// test's.
@Suite(.enabled(if: Node.path != nil, "there is no node")) struct PagesRoomFeedTests {
    /// `streams` are those that were opened; `timers` holds what is to come; `asked` counts polls,
    /// `answer` is what they are answered with; `taken` are the tickets that the page was given.
    private static let stage = """
        const [streams, timers, taken, troubles] = [[], new Map(), [], []];
        const ticket = {state: "waiting", position: 7, pollAfterMs: 5_000};
        const answer = {status: 200, body: ticket, retryAfter: null};
        let [asked, nowMs, timerId] = [0, 0, 0];
        globalThis.document = {hidden: false};
        globalThis.performance = {now: () => nowMs};
        globalThis.EventSource = class {
          constructor(url) { this.url = url; this.isOpen = true; this.on = {}; streams.push(this); }
          addEventListener(name, what) { this.on[name] = what; }
          close() { this.isOpen = false; }
          tell(ticket) { this.on.ticket({data: JSON.stringify(ticket)}); }
        };
        globalThis.setTimeout = (what, ms) => (timers.set(++timerId, {what, ms}), timerId);
        globalThis.clearTimeout = (id) => timers.delete(id);
        globalThis.fetch = async (url) => {
          is(url, "/me");
          asked += 1;
          if (answer.status === 0) throw new TypeError("no network");
          return {
            ok: answer.status === 200, status: answer.status,
            headers: {get: (name) => (name === "Retry-After" ? answer.retryAfter : null)},
            json: async () => answer.body,
          };
        };
        const feed = onsaleRoomFeed({
          url: "/me", take: (ticket) => taken.push(ticket), clock: () => {},
          trouble: (answer) => troubles.push(answer?.status ?? 0),
          refuse: (status, code) => code === "room_closed" && (feed.stop(), true),
        });
        const settled = () => new Promise((done) => setImmediate(done));
        const open = () => streams.filter(({isOpen}) => isOpen).length;
        const last = () => streams.at(-1);
        // Lets the one thing come that is to come; answers how long it was to take.
        const next = async () => {
          is(timers.size, 1);
          const [[id, {what, ms}]] = timers;
          timers.delete(id);
          nowMs += ms;
          what();
          await settled();
          return ms;
        };
        const isWithin = (ms, low, high) => {
          if (!(ms >= low && ms <= high)) throw new Error(`${ms} is not within ${low}...${high}`);
        };
        const isAbout = (ms, of) => isWithin(ms, of * 0.9, of * 1.1);
        // Polls until there is a stream again; answers how many.
        const pollsToStream = async () => {
          const [before, had] = [asked, streams.length];
          while (streams.length === had) await next();
          return asked - before;
        };
        // What waits for ever has not passed.
        process.exitCode = 1;
        const run = (body) => body().then(() => (process.exitCode = 0), console.error);

        """

    private func run(_ body: String) throws {
        try Node.run([.roomFeed], Self.scene(body))
    }

    private static func scene(_ body: String) -> String {
        stage + "run(async () => {\n\(body)\n});"
    }

    private static let hidden = """
        feed.follow();
        last().tell(ticket);
        document.hidden = true;
        feed.hide();
        is([open(), streams.length, timers.size], [0, 1, 1]);
        for (let minutes = 1; minutes <= 5; minutes += 1) {
          isWithin(await next(), 54_000, 66_000);
          is([open(), streams.length, asked], [0, 1, minutes]);
        }
        feed.follow();
        is([open(), streams.length], [0, 1]);
        answer.status = 503;
        await next();
        isWithin(await next(), 54_000, 66_000);
        answer.status = 200;
        const before = asked;
        document.hidden = false;
        feed.refresh();
        await settled();
        is([open(), asked], [1, before + 1]);
        """

    private static let buffered = """
        feed.follow();
        is(await next(), 10_000);
        is(open(), 0);
        isWithin(await next(), 0, 5_500);
        is([asked, open()], [1, 1]);
        """

    private static let brokenAgainAndAgain = """
        feed.follow();
        for (const polls of [1, 3, 6, 12, 24, 24]) {
          last().tell(ticket);
          last().onerror();
          is(open(), 0);
          is(await pollsToStream(), polls);
        }
        // A good one, and the next is had at once.
        last().tell(ticket);
        nowMs += 61_000;
        last().onerror();
        is(await pollsToStream(), 1);
        """

    @Test func theStreamComesFirstAndNobodyPollsBesideIt() throws {
        try run(
            """
            feed.follow();
            is([open(), last().url, asked], [1, "/me/events", 0]);
            last().tell(ticket);
            last().tell({...ticket, position: 6});
            is(taken.map(({position}) => position), [7, 6]);
            is([open(), asked, timers.size], [1, 0, 1]);
            """
        )
    }

    @Test func aStreamThatBreaksAgainAndAgainIsTriedEverMoreRarely() throws {
        try run(Self.brokenAgainAndAgain)
    }

    @Test func betweenStreamsPollsKeepTheServersPaceWithJitter() throws {
        try run(
            """
            answer.body = {...ticket, pollAfterMs: 1_083};
            feed.follow();
            last().onerror();
            isWithin(await next(), 0, 5_500);
            // Tried, and broken again: three polls, a second apart.
            last().onerror();
            isWithin(await next(), 0, 1_200);
            const pauses = [await next(), await next()];
            for (const ms of pauses) isAbout(ms, 1_083);
            is(pauses[0] === pauses[1], false);
            is([open(), asked], [1, 4]);
            """
        )
    }

    /// What is broken for all at once is asked for over the whole interval.
    @Test func whoLosesTheStreamTogetherDoesNotAskTogether() throws {
        try run(
            """
            const pauses = [];
            answer.body = {...ticket, pollAfterMs: 30_000};
            feed.refresh();
            await settled();
            for (let n = 0; n < 200; n += 1) {
              feed.follow();
              last().onerror();
              pauses.push([...timers.values()][0].ms);
            }
            pauses.sort((a, b) => a - b);
            isWithin(pauses[20], 1, 9_000);
            isWithin(pauses[100], 9_000, 21_000);
            isWithin(pauses[180], 21_000, 33_000);
            """
        )
    }

    @Test func aStreamThatAProxyGathersUpIsGivenUp() throws {
        try run(Self.buffered)
    }

    @Test func aStreamThatHasGoneSilentIsBegunAnew() throws {
        try run(
            """
            feed.follow();
            const silences = [[1_000, 15_000], [10_000, 40_000], [33_000, 120_000]];
            for (const [pollAfterMs, silenceMs] of silences) {
              answer.body = {...ticket, pollAfterMs};
              last().tell(answer.body);
              const [polls, had] = [asked, streams.length];
              isAbout(await next(), silenceMs);
              is([asked, streams.length, open()], [polls + 1, had + 1, 1]);
            }
            """
        )
    }

    @Test func aHiddenTabGivesOneSignOfLifeAMinuteAndAsksAtOnceWhenSeen() throws {
        try run(Self.hidden)
    }

    @Test func theLastWordOfAStreamIsTaken() throws {
        try run(
            """
            feed.follow();
            last().on.problem({data: JSON.stringify({status: 410, code: "room_closed"})});
            is([open(), timers.size, asked], [0, 0, 0]);
            // Another is no last word: a poll has it.
            feed.follow();
            last().on.problem({data: JSON.stringify({status: 500, code: "internal"})});
            is([open(), timers.size], [0, 1]);
            """
        )
    }

    @Test func aServerInTroubleIsAskedEverMoreRarely() throws {
        try run(
            """
            answer.status = 503;
            feed.refresh();
            await settled();
            for (const ms of [5_000, 10_000, 20_000, 40_000, 60_000, 60_000]) {
              isAbout(await next(), ms);
            }
            answer.retryAfter = "90";
            await next();
            isAbout(await next(), 90_000);
            answer.status = 0;
            await next();
            is(troubles.at(-1), 0);
            Object.assign(answer, {status: 200, retryAfter: null});
            await next();
            is([open(), taken.length], [1, 1]);
            """
        )
    }

    @Test func anAnswerThatComesTooLateIsDropped() throws {
        try run(
            """
            feed.refresh();
            feed.stop();
            await settled();
            is([taken.length, timers.size, open()], [0, 0, 0]);
            """
        )
    }

    /// Each guard taken out of the script, and the scene that has to notice.
    @Test(
        arguments: [
            ("if (document.hidden) return later(hiddenEveryMs);", "", hidden),
            ("document.hidden ? Math.max(ms, hiddenEveryMs) : ms", "ms", hidden),
            ("timer = setTimeout(broken, firstEventMaxMs);", "", buffered),
            ("breaks + 1;", "1;", brokenAgainAndAgain),
            ("wasGood ? 1 :", "", brokenAgainAndAgain),
        ]
    )
    func aFeedWithoutAGuardIsFound(guard line: String, instead: String, scene: String) throws {
        let script = String(decoding: PageAsset.roomFeed.bytes, as: UTF8.self)
        try #require(script.pieces(after: line).count == 1, "\(line)")
        let without = script.replacing(line, with: instead)
        #expect(try Node.ends(without, Self.scene(scene)).status != 0, "\(line)")
    }
}
