// Keeps the page of the seats true, and lets seats be held and paid without a reload. The server
// has rendered it complete for this moment; its forms work where this script does not.
// Who the visitor is says a cookie that this script cannot read, and need not.
"use strict";

(() => {
  const byId = (id) => document.getElementById(id);
  const main = byId("seats");
  const data = main.dataset;
  const phrases = JSON.parse(byId("phrases").textContent);
  const words = onsaleWords(phrases);
  const rules = onsaleSeatRules();
  const calls = onsaleSeatCalls({ data, rules });
  const view = onsaleSeatView({ main, phrases, rules, words });
  const map = onsaleSeatMap({ data, phrases, rules, words, onToggle: toggle });

  const seatsMax = Number(data.limit);
  let price = Number(data.price);
  let hold = null; // {hold, seats, amount, expiresAt}, made by this script
  let isBusy = false; // one thing is tried at a time
  // A hold that a form made is the forms' to end: its cookie is out of this script's reach.
  const isForms = data.view === "held";

  const isOpen = () => !data.opening || Date.parse(data.opening) <= calls.now();

  // ---- choosing ----

  function toggle(seat, isChoosable) {
    if (data.view !== "choose") return;
    if (map.chosen.has(seat)) {
      map.chosen.delete(seat);
    } else {
      if (!isChoosable) return;
      if (map.chosen.size >= seatsMax) return view.notice("seatLimit", { n: seatsMax });
      map.chosen.add(seat);
    }
    view.notice("");
    map.repaint([seat]);
    tally();
    view.announce(`${byId("tally-count").textContent}, ${byId("tally-amount").textContent}`);
  }

  const tally = () => view.tally(map.chosen.size, price);

  function forget(seats) {
    for (const seat of seats) map.chosen.delete(seat);
    map.repaint(seats);
    tally();
  }

  // Somebody else was faster with a seat that was chosen here.
  function dropLost(changed) {
    const lost = changed.filter((seat) => map.chosen.has(seat) && map.states[seat - 1] !== "f");
    if (lost.length === 0) return;
    forget(lost);
    view.announce(lost.map((n) => words.fill(phrases.notices.seatLost, { n })).join(" "));
  }

  // ---- hold, give back, pay, charge ----

  // Runs one action at a time; a second press does nothing.
  async function busy(action) {
    if (isBusy) return;
    isBusy = true;
    view.busy(true);
    try {
      await action();
    } finally {
      isBusy = false;
      view.busy(false);
    }
  }

  async function makeHold() {
    const seats = Array.from(map.chosen).sort((a, b) => a - b);
    if (seats.length === 0) return view.notice("chooseFirst");
    const { status, code, body } = await calls.hold(seats);
    if (status === 201) return begin(body);
    if (code === "seats_taken" && Array.isArray(body.taken)) {
      map.show(rules.marked(map.states, body.taken, "h"));
      tag = null; // what is shown is no longer what the server gave
      forget(body.taken);
      view.notice("seatsTaken", { seats: view.list(body.taken) });
    } else if (code === "seat_limit") {
      view.notice("seatLimit", { n: seatsMax });
    } else if (code === "not_admitted" && !isOpen()) {
      view.notice("notOpenYet");
    } else {
      view.notice(rules.notice(status, code));
    }
    poll();
  }

  function begin(made) {
    hold = made;
    calls.keep("hold", { ...made });
    resume();
    const seconds = secondsLeft();
    const values = { seats: view.list(hold.seats), time: rules.clock(seconds) };
    view.notice("");
    view.announce(words.fill(phrases.notices.held, values));
    byId("held-title").focus();
    poll();
  }

  // Shows the hold that this tab has.
  function resume() {
    map.chosen.clear();
    for (const seat of hold.seats) map.yours.add(seat);
    map.setOpen(false);
    map.repaint(hold.seats);
    tally();
    view.held(hold);
    tick();
    refreshBalance();
  }

  function end(noticeName) {
    const seats = hold?.seats ?? [];
    hold = null;
    calls.keep("hold", null);
    calls.keep("pay", null);
    map.yours.clear();
    map.setOpen(true);
    map.repaint(seats);
    view.show("choose");
    view.notice(noticeName);
    map.focus();
    poll();
  }

  async function giveBack() {
    const { status, code } = await calls.release(hold.hold);
    if (status === 204 || status === 404 || code === "hold_expired") return end("givenBack");
    view.notice(status === 409 ? "isBeingPaid" : rules.notice(status, code));
  }

  async function pay() {
    view.announce(phrases.notices.paying);
    const answer = await calls.pay(hold.hold, () => view.notice("payingAgain"));
    const { verdict, status, code, body } = answer;
    if (verdict === "done") return finish(body);
    // The key stays: pressing again, or a reload, asks what became of this very payment.
    if (verdict === "unknown") return view.notice(status === 0 ? "payingAgain" : "unavailable");
    if (code === "insufficient_points") return lacking();
    if (["hold_expired", "not_found"].includes(code)) return end("holdExpired");
    view.notice(rules.notice(status, code));
  }

  function finish(payment) {
    const { seats } = hold;
    hold = null;
    calls.keep("hold", null);
    map.yours.clear();
    map.show(rules.marked(map.states, seats, "s"));
    view.receipt(payment);
    clearTimeout(pollTimer);
  }

  async function lacking() {
    const balance = await refreshBalance();
    const missing = balance === null ? hold.amount : Math.max(1, hold.amount - balance);
    view.charge(missing);
    view.notice("insufficientPoints", { points: view.points(missing) });
    byId("charge-amount").focus();
  }

  async function refreshBalance() {
    const { status, body } = await calls.balance();
    const isKnown = status === 200 && Number.isSafeInteger(body?.balance);
    if (!isKnown) return null;
    view.balance(body.balance);
    return body.balance;
  }

  async function charge() {
    const amount = Number(byId("charge-amount").value);
    if (!Number.isInteger(amount) || amount < 1 || amount > 2 ** 53) {
      return view.notice("badAmount");
    }
    const answer = await calls.charge(amount, () => view.notice("payingAgain"));
    const { verdict, status, code, body } = answer;
    if (verdict !== "done") return view.notice(rules.notice(status, code));
    view.balance(body.balance);
    view.charge(Math.max(0, hold.amount - body.balance));
    view.notice("charged");
    byId("pay-button").focus();
  }

  const forms = { choose: makeHold, charge, pay, "give-back": giveBack };
  for (const [id, action] of Object.entries(forms)) {
    byId(id).addEventListener("submit", (event) => {
      if (isForms) return;
      event.preventDefault();
      busy(action);
    });
  }

  // ---- the map, live: one look at a time, rarely while nobody looks ----

  let pollTimer = 0;
  let run = 0; // an answer to an older look comes too late and is dropped
  let failures = 0;
  let tag = data.version ? `"${data.version}"` : null;

  async function poll() {
    clearTimeout(pollTimer);
    if (data.view === "paid") return;
    const mine = (run += 1);
    const startMs = performance.now();
    const { status, body, tag: newTag, askedMs } = await calls.seats(tag);
    if (mine !== run) return;
    const states = status === 200 ? rules.statesOf(body) : null;
    if (states !== null) {
      tag = newTag;
      showStates(states, body.seats);
    }
    failures = states !== null || status === 304 ? 0 : failures + 1;
    view.connection(failures === 0 ? "" : status === 0 ? "connectionLost" : "unavailable");
    later(performance.now() - startMs, askedMs);
  }

  function later(tookMs, askedMs) {
    const isHidden = document.hidden;
    const ms = rules.pollMs({ isHidden, failures, tookMs, askedMs });
    // +-10 %, so that those who came together do not ask together for ever.
    pollTimer = setTimeout(poll, ms * (0.9 + Math.random() * 0.2));
  }

  function showStates(states, seats) {
    price = seats[0]?.price ?? price;
    const changed = map.show(states);
    dropLost(changed);
    if (byId("map").hidden) {
      view.show(data.view === "unavailable" ? "choose" : data.view);
      view.notice("");
    }
    tally();
    view.free(rules.freeIn(states, 1, states.length));
    if (changed.length > 0 && rules.isSoldOut(states) && data.view === "choose") {
      view.notice("soldOut");
    }
  }

  document.addEventListener("visibilitychange", () => !document.hidden && poll());
  window.addEventListener("online", poll);
  // A page that comes back from the browser's memory shows the past.
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());

  // ---- the clock of the hold ----

  const secondsLeft = () =>
    Math.max(0, Math.ceil((Date.parse(data.expires) - calls.now()) / 1_000));

  function tick() {
    if (data.opening && isOpen()) {
      data.opening = "";
      view.notice("");
    }
    if (data.view !== "held" || !data.expires) return;
    const seconds = secondsLeft();
    view.countdown(seconds);
    // A payment that was sent may have been made in time: it is asked about, not given up.
    if (seconds > 0 || isBusy || calls.kept("pay")) return;
    if (isForms) location.reload();
    else end("holdOver");
  }

  // ---- the start ----

  view.times();
  byId("keyboard").hidden = false;
  const states = JSON.parse(byId("states").textContent);
  // Ticked before this script came.
  for (const box of document.querySelectorAll("#grid :checked")) map.chosen.add(Number(box.value));
  if (data.view !== "paid") {
    hold = isForms ? null : calls.kept("hold");
    if (isForms) {
      for (const n of byId("held-seats").textContent.split(", ")) map.yours.add(Number(n));
      map.setOpen(false);
    }
    if (states !== "") map.show(states);
    tally();
    if (hold) resume();
    setInterval(tick, 1_000);
    tick();
    poll();
    // A payment whose answer this tab never saw: the same key tells what became of it.
    if (hold && calls.kept("pay")) busy(pay);
  }
})();
