// Keeps the visitor's page true. The server has rendered it complete for this moment; from here on
// the ticket's live stream says what changes, and polling stands in where the stream fails.
// The ticket itself is in a cookie that this script cannot read, and need not.
"use strict";

(() => {
  const page = onsaleView();
  const { phrases } = page;
  const data = document.getElementById("room").dataset;
  const ticketURL = `/api/v1/rooms/${encodeURIComponent(data.room)}/tickets/me`;

  // Until the server names an interval.
  const pollDefaultMs = 5_000;
  // A server in trouble is asked again ever more rarely, up to this.
  const pollMaxMs = 60_000;
  // A phone that changed networks may wait for an answer for minutes; we do not.
  const answerMaxMs = 10_000;
  // A stream that died without a word looks like one where nothing happens.
  const silenceMaxMs = 120_000;
  // Polls that must go well before a stream that failed is tried again.
  const pollsBeforeStream = 3;

  const changing = [
    "notOpenYet", "notOpenYetDraw", "waiting", "returned", "admitted", "unavailable",
  ];
  const isChanging = () => changing.includes(data.view);

  let pollAfterMs = pollDefaultMs;
  let clockOffsetMs = 0;
  const now = () => Date.now() + clockOffsetMs;

  // ---- the ticket ----

  function viewOf(ticket) {
    if (ticket.state === "skipped") return "returned";
    if (ticket.state !== "waiting") return ticket.state;
    const isEarly = Date.parse(data.opening) > now();
    return !isEarly ? "waiting" : data.draw ? "notOpenYetDraw" : "notOpenYet";
  }

  function show(ticket) {
    const view = viewOf(ticket);
    if (!Object.hasOwn(phrases.views, view)) return; // a newer server; what is shown stays
    if (ticket.pollAfterMs > 0) pollAfterMs = ticket.pollAfterMs;
    if (ticket.sessionExpiresAt) page.session(ticket.sessionExpiresAt);
    if (ticket.state === "waiting" || ticket.state === "skipped") page.place(ticket);
    page.notice("");
    turnTo(view);
    tick();
  }

  function turnTo(view) {
    page.show(view);
    if (isChanging()) return;
    stop();
    page.notice("");
    page.forget();
  }

  // ---- asking: one stream or one poll at a time, none while the tab is hidden ----

  let run = 0; // an answer to an older run comes too late and is dropped
  let stream = null;
  let timer = 0;
  let request = null;
  let goodPolls = 0;
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

  function later(ms, what) {
    stop();
    if (!document.hidden) timer = setTimeout(what, jittered(ms));
  }

  function follow() {
    stop();
    goodPolls = 0;
    stream = new EventSource(`${ticketURL}/events`);
    stream.addEventListener("ticket", (event) => {
      failures = 0;
      watch();
      show(JSON.parse(event.data));
    });
    stream.onerror = () => later(pollAfterMs, poll);
    watch();
  }

  function watch() {
    clearTimeout(timer);
    timer = setTimeout(refresh, jittered(silenceMaxMs));
  }

  async function poll() {
    stop();
    const mine = run;
    const mineRequest = (request = new AbortController());
    const limit = setTimeout(() => mineRequest.abort(), answerMaxMs);
    let answer = null;
    let body = null;
    try {
      const headers = { Accept: "application/json" };
      answer = await fetch(ticketURL, { headers, cache: "no-store", signal: mineRequest.signal });
      body = await answer.json();
    } catch {}
    clearTimeout(limit);
    if (mine !== run) return;
    setClock(answer);
    if (!answer || !body) return retryLater(answer);
    if (!answer.ok) return refused(answer, body.code);
    failures = 0;
    goodPolls += 1;
    show(body);
    if (!isChanging()) return;
    if (goodPolls >= pollsBeforeStream) return follow();
    later(pollAfterMs, poll);
  }

  // The countdown runs by the server's clock, as far as its `Date` header tells (whole seconds).
  function setClock(answer) {
    const at = Date.parse(answer?.headers.get("Date"));
    if (!Number.isNaN(at)) clockOffsetMs = at - Date.now();
  }

  const viewOfCode = {
    room_closed: "closed",
    room_sold_out: "soldOut",
    room_full: "full",
    ticket_invalid: "ticketInvalid",
  };

  function refused(answer, code) {
    if (Object.hasOwn(viewOfCode, code)) return turnTo(viewOfCode[code]);
    if (answer.status !== 401 && answer.status !== 404) return retryLater(answer);
    // Nobody's ticket: where the server could not say so before, it can now.
    if (data.view === "unavailable") return location.reload();
    turnTo("ticketInvalid");
  }

  // Trouble on the way: what was last true stays on the page, with a word about it.
  function retryLater(answer) {
    failures += 1;
    goodPolls = 0;
    if (data.view !== "unavailable") {
      page.notice(answer ? phrases.views.unavailable.lead : phrases.live.connectionLost);
    }
    const askedMs = Number(answer?.headers.get("Retry-After")) * 1_000 || 0;
    const backoffMs = Math.min(pollAfterMs * 2 ** Math.min(failures - 1, 5), pollMaxMs);
    later(Math.max(askedMs, pollAfterMs, backoffMs), poll);
  }

  // ---- the page's own life ----

  let askedAtExpiry = "";

  function tick() {
    if (data.view !== "admitted" || !data.expires) return;
    const seconds = Math.max(0, Math.ceil((Date.parse(data.expires) - now()) / 1_000));
    page.countdown(seconds);
    if (seconds > 0 || askedAtExpiry === data.expires) return;
    askedAtExpiry = data.expires;
    later(1_000, poll);
  }

  // Asks at once, and listens again if that goes well.
  function refresh() {
    if (document.hidden || !isChanging()) return;
    page.title();
    goodPolls = pollsBeforeStream;
    poll();
  }

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) return refresh();
    if (!isChanging()) return;
    stop();
    page.awayTitle();
  });
  window.addEventListener("online", refresh);
  // A page that comes back from the browser's memory shows the past.
  window.addEventListener("pageshow", (event) => event.persisted && refresh());

  document.getElementById("leave").addEventListener("submit", (event) => {
    if (!confirm(phrases.live.leaveConfirm)) event.preventDefault();
  });

  page.times();
  page.progress();
  setInterval(tick, 1_000);
  if (!isChanging()) {
    page.forget();
  } else if (data.view === "unavailable") {
    later(Number(data.retrySeconds) * 1_000 || pollDefaultMs, poll);
  } else if (data.view === "admitted") {
    tick();
    refresh(); // for the server's clock
  } else if (!document.hidden) {
    follow();
  }
})();
