// Keeps the page of a coupon true, and claims it without a reload. The server has rendered it
// complete for this moment; its form works where this script does not.
"use strict";

(() => {
  const main = document.getElementById("coupon");
  const data = main.dataset;
  const phrases = JSON.parse(document.getElementById("phrases").textContent);
  const words = onsaleWords(phrases);
  const rules = onsaleCouponRules();
  const couponURL = `/api/v1/coupons/${encodeURIComponent(data.coupon)}`;
  const scope = `${data.coupon}.${data.who}`;
  const calls = onsaleCalls({ scope, rules });
  const parts = onsaleParts({ phrases, words });
  const { byId, isShown, say } = parts;

  const startMs = Date.parse(data.starts);
  calls.itWas(Number(data.now));
  const leftMs = () => (Number.isNaN(startMs) ? 0 : Math.max(0, startMs - calls.nowAtLeast()));

  // ---- what the page is about ----

  const noticeOfView = { scheduled: "notYet", finished: "soldOut", ended: "ended" };

  function show(view) {
    if (data.view === view) return;
    data.view = view;
    isShown("claim", data.who !== "" && (view === "open" || view === "scheduled"));
    isShown("yours", view === "yours");
    isShown("remaining-row", view !== "yours");
    isShown("left-row", view === "scheduled");
  }

  function remaining(left, quantity) {
    const values = { n: words.number(left), total: words.number(quantity) };
    say("remaining", words.fill(phrases.remaining, values));
  }

  // Whether what is shown is known to be up to date.
  function connection(name) {
    const text = name === "" ? "" : phrases.notices[name];
    if (byId("connection").textContent === text) return;
    parts.announce(text || phrases.notices.connectionBack);
    say("connection", text);
    isShown("connection", text !== "");
  }

  // ---- the claim ----

  async function claim() {
    if (data.view === "scheduled" && leftMs() > 0) return parts.notice("notYet");
    let wasLost = calls.kept("claim") === true;
    calls.keep("claim", true);
    for (let attempts = 1; ; attempts += 1) {
      const { status, code, body, askedMs } = await calls.call("POST", `${couponURL}/claims`);
      const outcome = rules.outcome(status, code, wasLost);
      if (outcome !== "unknown") return finish(outcome, body);
      wasLost = true;
      const againMs = rules.attemptMs(attempts, askedMs);
      if (againMs === null) return parts.notice("stillUnknown");
      parts.notice("unknown");
      await calls.wait(againMs);
    }
  }

  function finish(outcome, body) {
    calls.keep("claim", null);
    if (outcome === "yours" || outcome === "already") return own(outcome, body?.sequence);
    if (outcome === "soldOut") show("finished");
    if (outcome === "ended") show("ended");
    if (outcome === "soldOut") remaining(0, Number(data.quantity));
    parts.notice(outcome);
  }

  function own(outcome, sequence) {
    const values = { n: words.number(sequence) };
    say("sequence", values.n);
    show("yours");
    parts.notice(outcome === "already" ? outcome : "", values);
    parts.announce(words.fill(phrases.notices[outcome], values));
    byId("yours-title").focus();
    clearTimeout(pollTimer);
  }

  byId("claim").addEventListener("submit", (event) => {
    event.preventDefault();
    parts.busy(["claim-button"], claim);
  });

  // ---- what is left, live: one look at a time, none while nobody looks ----

  let pollTimer = 0;
  let run = 0; // an answer to an older look comes too late and is dropped
  let failures = 0;

  async function poll() {
    clearTimeout(pollTimer);
    if (document.hidden || rules.pollMs({ view: data.view }) === null) return;
    const mine = (run += 1);
    const { status, body, askedMs } = await calls.call("GET", couponURL);
    if (mine !== run || data.view === "yours") return;
    const standing = status === 200 ? rules.standing(body) : null;
    failures = standing ? 0 : failures + 1;
    connection(standing ? "" : status === 0 ? "connectionLost" : "unavailable");
    if (standing) take(standing);
    later(askedMs);
  }

  function take({ remaining: left, quantity, state }) {
    data.quantity = quantity;
    remaining(left, quantity);
    // A claim under way says itself what became of it: it may have got the last one.
    if (parts.isBusy() || state === data.view) return;
    const wasScheduled = data.view === "scheduled";
    show(state);
    if (state !== "open") parts.notice(noticeOfView[state]);
    else if (wasScheduled) parts.notice("started");
  }

  function later(askedMs) {
    const ms = rules.pollMs({ view: data.view, leftMs: leftMs(), failures, askedMs });
    // +-10 %, so that those who came together do not ask together for ever.
    if (ms !== null) pollTimer = setTimeout(poll, ms * (0.9 + Math.random() * 0.2));
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) clearTimeout(pollTimer);
    else poll();
  });
  window.addEventListener("online", poll);
  // A page that comes back from the browser's memory shows the past.
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());

  // ---- the countdown to the start ----

  let saidSeconds = Infinity;
  let isOver = false; // once: where the server says "scheduled" again, it has been put off

  function tick() {
    if (data.view !== "scheduled" || isOver) return;
    const seconds = Math.ceil(leftMs() / 1_000);
    say("left", rules.clock(seconds));
    isShown("left-row", seconds > 0);
    if (seconds <= 60 && saidSeconds > 60) parts.announce(phrases.notices.minuteLeft);
    saidSeconds = seconds;
    if (seconds > 0) return;
    isOver = true;
    show("open");
    parts.notice("started");
    poll();
  }

  parts.times();
  setInterval(tick, 250);
  tick();
  later(0);
  // A claim whose answer this tab never saw: asked again, it says what became of it.
  if (data.who !== "" && calls.kept("claim") && data.view === "open") {
    parts.busy(["claim-button"], claim);
  } else if (data.view === "yours") {
    calls.keep("claim", null);
  }
})();
