// What the seat page shows around its map, for seats.js: notices, the tally, what is held, the
// receipt, times, and what is read aloud.
"use strict";

const onsaleSeatView = ({ main, phrases, rules, words }) => {
  const byId = (id) => document.getElementById(id);
  const { fill, count } = words;
  const isShown = (id, yes) => (byId(id).hidden = !yes);

  // Touching text that has not changed would make some screen readers say it again.
  function say(id, text) {
    const element = byId(id);
    if (element.textContent !== text) element.textContent = text;
  }

  const announce = (text) => say("status", text);
  const points = (n) => count(n, phrases.points);
  const list = (seats) => seats.join(", ");

  // A notice by its name, with values; "" takes it away.
  function notice(name, values = {}) {
    const text = name === "" ? "" : fill(phrases.notices[name], values);
    say("notice", text);
    isShown("notice", text !== "");
    const leadsToRoom = name === "notAdmitted" || name === "unauthenticated";
    isShown("to-room", leadsToRoom && byId("to-room").getAttribute("href") !== "");
    if (text !== "") announce(text);
  }

  // Whether the map is known to be up to date.
  function connection(name) {
    const text = name === "" ? "" : phrases.notices[name];
    if (byId("connection").textContent === text) return;
    announce(text || phrases.notices.connectionBack);
    say("connection", text);
    isShown("connection", text !== "");
  }

  function tally(seats, price) {
    isShown("tally-text", true);
    say("tally-count", count(seats, phrases.chosen));
    say("tally-amount", points(seats * price));
  }

  function free(seats) {
    say("available", words.number(seats));
  }

  function balance(amount) {
    isShown("balance-row", amount !== null);
    if (amount !== null) say("balance", points(amount));
  }

  // ---- the three views ----

  function show(view) {
    main.dataset.view = view;
    isShown("map", view !== "paid");
    isShown("available-row", view !== "paid");
    isShown("held", view === "held");
    isShown("receipt", view === "paid");
    isShown("tally", view === "choose");
    isShown("retry", false);
    if (view === "paid") isShown("balance-row", false);
    if (view !== "held") isShown("left-row", false);
    if (view !== "held") isShown("charge", false);
  }

  function held(hold) {
    say("held-seats", list(hold.seats));
    say("held-amount", points(hold.amount));
    byId("until").dateTime = hold.expiresAt;
    main.dataset.expires = hold.expiresAt;
    show("held");
    times();
  }

  function charge(missing) {
    isShown("charge", missing > 0);
    if (missing > 0) byId("charge-amount").value = missing;
  }

  function receipt(payment) {
    say("paid-seats", list(payment.seats));
    say("paid-amount", points(payment.amount));
    say("paid-balance", points(payment.balance));
    say("payment", payment.payment);
    show("paid");
    notice("");
    announce(fill(phrases.notices.paid, { seats: list(payment.seats) }));
    byId("receipt-title").focus();
  }

  // A button that was pressed stays where the focus is, and does nothing meanwhile.
  function busy(isBusy) {
    for (const id of ["hold-button", "pay-button", "give-back-button", "charge-button"]) {
      byId(id).setAttribute("aria-disabled", String(isBusy));
    }
  }

  // ---- times ----

  // In the visitor's own time; the server could only write UTC. A day is the same everywhere.
  function times() {
    const language = phrases.language;
    const instant = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
    const day = new Intl.DateTimeFormat(language, { dateStyle: "full", timeZone: "UTC" });
    for (const element of document.querySelectorAll("time")) {
      const at = Date.parse(element.dateTime);
      const format = element.dateTime.includes("T") ? instant : day;
      if (!Number.isNaN(at)) element.textContent = format.format(at);
    }
  }

  function countdown(seconds) {
    say("left", rules.clock(seconds));
    isShown("left-row", true);
    if (seconds === 60) announce(phrases.notices.minuteLeft);
  }

  return {
    announce, notice, connection, tally, free, balance, show, held, charge, receipt, busy, times,
    countdown, list, points,
  };
};
