// Keeps the visitor's page true. The server has rendered it complete for this moment; from here on
// the feed says what changes.
// The ticket itself is in a cookie that this script cannot read, and need not.
"use strict";

(() => {
  const page = onsaleView();
  const { phrases } = page;
  const data = document.getElementById("room").dataset;
  const ticketURL = `/api/v1/rooms/${encodeURIComponent(data.room)}/tickets/me`;

  const changing = [
    "notOpenYet", "notOpenYetDraw", "waiting", "returned", "admitted", "unavailable",
    "soldOutInLine",
  ];
  const isChanging = () => changing.includes(data.view);

  let clockOffsetMs = 0;
  const now = () => Date.now() + clockOffsetMs;

  // ---- the ticket ----

  let last = null; // as the server told it

  // The operator may move the opening, and the order may be drawn after all.
  function learnOpening(ticket) {
    if (ticket.opening === undefined) return; // an older server
    data.opening = ticket.opening ?? "";
    data.draw = ticket.order === "draw" ? "yes" : "";
    page.opening(data.opening);
  }

  function viewOf(ticket) {
    if (ticket.state === "skipped") return "returned";
    if (ticket.state !== "waiting") return ticket.state;
    const isEarly = Date.parse(data.opening) > now();
    return !isEarly ? "waiting" : data.draw ? "notOpenYetDraw" : "notOpenYet";
  }

  function show(ticket) {
    last = ticket;
    learnOpening(ticket);
    const view = viewOf(ticket);
    if (!Object.hasOwn(phrases.views, view)) return; // a newer server; what is shown stays
    if (ticket.sessionExpiresAt) page.session(ticket.sessionExpiresAt);
    if (ticket.state === "waiting" || ticket.state === "skipped") page.place(ticket);
    page.notice("");
    turnTo(view);
    if (document.hidden && view !== "admitted" && isChanging()) page.awayTitle();
    tick();
  }

  function turnTo(view) {
    page.show(view);
    if (isChanging()) return;
    feed.stop();
    page.notice("");
    page.forget();
  }

  // ---- what the feed says ----

  // The countdown runs by the server's clock, as far as its `Date` header tells (whole seconds).
  function setClock(answer) {
    const at = Date.parse(answer?.headers.get("Date"));
    if (!Number.isNaN(at)) clockOffsetMs = at - Date.now();
  }

  const viewOfCode = {
    room_closed: "closed",
    room_sold_out: "soldOutInLine", // so says a ticket of somebody in line
    room_full: "full",
    ticket_invalid: "ticketInvalid",
  };

  // As often as the server expects it, so that the place is kept (`soldOutSeconds`).
  const soldOutEveryMs = 30_000;

  function refuse(status, code) {
    if (Object.hasOwn(viewOfCode, code)) turnTo(viewOfCode[code]);
    else if (status !== 401 && status !== 404) return false;
    // Nobody's ticket: where the server could not say so before, it can now.
    else if (data.view === "unavailable") location.reload();
    else turnTo("ticketInvalid");
    if (data.view === "soldOutInLine") feed.later(soldOutEveryMs);
    return true;
  }

  // What was last true stays on the page, with a word about it.
  function trouble(answer) {
    if (data.view === "unavailable") return;
    page.notice(answer ? phrases.views.unavailable.lead : phrases.live.connectionLost);
  }

  const feed = onsaleRoomFeed({ url: ticketURL, take: show, refuse, trouble, clock: setClock });

  // ---- the page's own life ----

  let askedAtExpiry = "";

  function tick() {
    // The opening passes, and the place is what it was: nobody tells that.
    if (last && data.view.startsWith("notOpenYet") && viewOf(last) !== data.view) show(last);
    if (data.view !== "admitted" || !data.expires) return;
    const seconds = Math.max(0, Math.ceil((Date.parse(data.expires) - now()) / 1_000));
    page.countdown(seconds);
    if (seconds > 0 || askedAtExpiry === data.expires) return;
    askedAtExpiry = data.expires;
    feed.later(1_000);
  }

  function refresh() {
    if (document.hidden || !isChanging()) return;
    page.title();
    feed.refresh();
  }

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) return refresh();
    if (!isChanging()) return;
    feed.hide();
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
  } else if (data.view === "unavailable" || data.view === "soldOutInLine") {
    feed.later(Number(data.retrySeconds) * 1_000 || 5_000);
  } else if (data.view === "admitted" || data.view.startsWith("notOpenYet")) {
    tick();
    feed.refresh(); // for the server's clock
  } else {
    feed.follow();
  }
})();
