// Where the visitor's page hears of its ticket: the live stream, and polls at the server's pace
// where the stream cannot be had. Nothing here touches the document or knows what a ticket means.
//
// While the tab is hidden there is neither stream nor polling, but one sign of life a minute. What
// that does to the place: far back it keeps the visitor present; near the head, where the server
// wants to hear more often, they may be passed over at their turn, and the next sign of life puts
// them at the front again, well within the room's grace (`graceSeconds`, 300 by default). So a
// hidden tab that may run costs a minute of its turn at most. One that its device has put to sleep
// says nothing: its turn waits for the grace, and is over after it.
"use strict";

// `take` is given tickets, `refuse` a status and a code and answers whether that was the last word,
// `trouble` the failed answer or null; `clock` every answer. Any of them may call `stop`.
const onsaleRoomFeed = ({ url, take, refuse, trouble, clock }) => {
  // Until the server names an interval.
  const pollDefaultMs = 5_000;
  // A server in trouble is asked again ever more rarely, up to this.
  const pollMaxMs = 60_000;
  // A phone that changed networks may wait for an answer for minutes; we do not.
  const answerMaxMs = 10_000;
  // The server speaks as soon as a stream is open. One that has said nothing by then cannot be had,
  // or is being gathered up by a proxy until it is over.
  const firstEventMaxMs = 10_000;
  // A stream that breaks after this was a good one: it may come back at once.
  const goodAfterMs = 60_000;
  // A stream that died without a word looks like one where nothing happens: it is begun anew after
  // so many of the server's intervals, within these limits.
  const silenceIntervals = 4;
  const silenceMinMs = 15_000;
  const silenceMaxMs = 120_000;
  // Polls that must go well before a stream that broke again is tried again: twice as many each
  // time.
  const pollsBeforeStreamMin = 3;
  const pollsBeforeStreamMax = 24;
  // As often as browsers let a hidden tab's timers run.
  const hiddenEveryMs = 60_000;

  let pollAfterMs = pollDefaultMs;
  let run = 0; // an answer to an older run comes too late and is dropped
  let stream = null;
  let streamSinceMs = null; // its first event
  let timer = 0;
  let request = null;
  let breaks = 0; // streams in a row that were no good
  let pollsBeforeStream = 1;
  let failures = 0;

  function stop() {
    run += 1;
    stream?.close();
    request?.abort();
    clearTimeout(timer);
    stream = request = null;
  }

  // +-10 %, so that those who came together do not ask together for ever.
  const jittered = (ms) => ms * (0.9 + Math.random() * 0.2);

  function later(ms) {
    stop();
    timer = setTimeout(poll, jittered(document.hidden ? Math.max(ms, hiddenEveryMs) : ms));
  }

  function named(ticket) {
    if (ticket.pollAfterMs > 0) pollAfterMs = ticket.pollAfterMs;
    take(ticket);
  }

  // ---- the stream ----

  function follow() {
    if (document.hidden) return later(hiddenEveryMs);
    stop();
    streamSinceMs = null;
    stream = new EventSource(`${url}/events`);
    stream.addEventListener("ticket", (event) => {
      streamSinceMs ??= performance.now();
      failures = 0;
      const mine = run;
      named(JSON.parse(event.data));
      if (mine === run) watch();
    });
    // The last word, as a poll would have had it.
    stream.addEventListener("problem", (event) => {
      const { status, code } = JSON.parse(event.data);
      if (!refuse(status, code)) broken();
    });
    stream.onerror = broken;
    timer = setTimeout(broken, firstEventMaxMs);
  }

  function watch() {
    const silenceMs = Math.max(silenceMinMs, silenceIntervals * pollAfterMs);
    clearTimeout(timer);
    timer = setTimeout(refresh, jittered(Math.min(silenceMs, silenceMaxMs)));
  }

  // All streams of a server break together when it stops: the polls after it are spread over the
  // whole interval.
  function broken() {
    const wasGood = streamSinceMs !== null && performance.now() - streamSinceMs >= goodAfterMs;
    breaks = wasGood ? 1 : breaks + 1;
    pollsBeforeStream =
      breaks === 1 ? 1 : Math.min(pollsBeforeStreamMin * 2 ** (breaks - 2), pollsBeforeStreamMax);
    later(pollAfterMs * Math.random());
  }

  // ---- polls ----

  async function poll() {
    stop();
    const mine = run;
    const mineRequest = (request = new AbortController());
    const limit = setTimeout(() => mineRequest.abort(), answerMaxMs);
    let answer = null;
    let body = null;
    try {
      const headers = { Accept: "application/json" };
      answer = await fetch(url, { headers, cache: "no-store", signal: mineRequest.signal });
      body = await answer.json();
    } catch {}
    clearTimeout(limit);
    if (mine !== run) return;
    clock(answer);
    if (!answer || !body) return failed(answer);
    if (!answer.ok) return refuse(answer.status, body.code) || failed(answer);
    failures = 0;
    pollsBeforeStream -= 1;
    named(body);
    if (mine !== run) return;
    if (pollsBeforeStream <= 0) return follow();
    later(pollAfterMs);
  }

  function failed(answer) {
    failures += 1;
    trouble(answer);
    const askedMs = Number(answer?.headers.get("Retry-After")) * 1_000 || 0;
    const backoffMs = Math.min(pollAfterMs * 2 ** Math.min(failures - 1, 5), pollMaxMs);
    later(Math.max(askedMs, pollAfterMs, backoffMs));
  }

  // Asks at once, and listens again if that goes well.
  function refresh() {
    pollsBeforeStream = 1;
    poll();
  }

  return { follow, refresh, later, hide: () => later(hiddenEveryMs), stop };
};
