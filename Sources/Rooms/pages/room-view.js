// What the visitor's page shows, for room.js: views, place, progress, times, announcements.
"use strict";

const onsaleView = () => {
  const byId = (id) => document.getElementById(id);
  const main = byId("room");
  const phrases = JSON.parse(byId("phrases").textContent);
  const { number, fill, count, wait } = onsaleWords(phrases);
  const room = main.dataset.room;

  // Somebody who listens is told at most this often about mere progress.
  const announceEveryMs = 20_000;
  // Numbers of people ahead at which progress is worth saying.
  const milestones = [5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1, 0];

  // Views from which somebody may join. The server knows the same set (RoomPageValues.swift).
  const joinable = ["notInLine", "left", "expired", "full", "ticketInvalid"];
  const firstKey = `onsale.first.${room}`;

  let position = Number(byId("position").textContent.replace(/\D/g, "")) || null;
  let saidStage = null;
  let saidAt = 0;

  const isPlaced = (view) => view === "waiting" || view === "returned";
  const isShown = (id, yes) => (byId(id).hidden = !yes);
  // The server shows it where the room has lanes, in views from which somebody may join or change.
  const takesCodes = !byId("code-row").hidden;

  // Touching text that has not changed would make some screen readers say it again.
  function say(id, text) {
    const element = byId(id);
    if (element.textContent !== text) element.textContent = text;
  }

  const announce = (text) => say("status", text);

  function notice(text) {
    if (byId("notice").textContent !== text) {
      announce(text || phrases.live.connectionBack);
      say("notice", text);
    }
    isShown("notice", text !== "");
  }

  function title() {
    const heading = byId("headline").textContent;
    document.title =
      position !== null && isPlaced(main.dataset.view)
        ? fill(phrases.labels.titleWithPosition, { n: number(position), room })
        : fill(phrases.labels.titleOtherwise, { title: heading, room });
  }

  // A title that cannot be kept true says so, instead of a place that was.
  function awayTitle() {
    const title = phrases.live.awayTitle;
    document.title = fill(phrases.labels.titleOtherwise, { title, room });
  }

  function show(view) {
    const heading = phrases.views[view];
    const isNew = view !== main.dataset.view;
    const hasLink = byId("continue").getAttribute("href") !== "";
    const isEarly = view === "notOpenYet" || view === "notOpenYetDraw";
    const hasExpiry = view === "admitted" && main.dataset.expires !== "";
    main.dataset.view = view;
    say("headline", heading.headline);
    say("lead", view === "admitted" && !hasLink ? phrases.admittedWithoutLink : heading.lead);
    isShown("place", (isPlaced(view) || isEarly) && position !== null);
    isShown("estimate-row", isPlaced(view));
    isShown("waiting-row", view === "notInLine");
    isShown("opening-row", isEarly);
    isShown("left-row", hasExpiry);
    isShown("expires-row", hasExpiry);
    isShown("join", joinable.includes(view));
    isShown("leave", isPlaced(view) || isEarly || view === "soldOutInLine");
    isShown("code-row", takesCodes && (isPlaced(view) || isEarly || joinable.includes(view)));
    isShown("note", isPlaced(view) || isEarly);
    isShown("continue", view === "admitted" && hasLink);
    isShown("retry", view === "unavailable");
    const { join, joinAgain, retry } = phrases.labels;
    say("join-button", view === "notInLine" ? join : view === "full" ? retry : joinAgain);
    title();
    if (isNew) announce(`${heading.headline}. ${byId("lead").textContent}`);
  }

  function place(ticket) {
    position = ticket.position ?? null;
    if (position !== null) say("position", number(position));
    progress();
    const ahead = ticket.ahead ?? null;
    const estimate = ticket.estimatedWaitSeconds;
    say("ahead", ahead === null ? "" : count(ahead, phrases.ahead));
    say("estimate", estimate ? wait(estimate) : phrases.labels.noEstimate);
    reason(ticket.estimateReason);
    if (ahead !== null) announceProgress(ahead);
  }

  // Why it takes longer than was said; said aloud once, not with each answer.
  function reason(name) {
    const text = (name && phrases.reasons[name]) || "";
    if (text !== "" && text !== byId("estimate-reason").textContent) announce(text);
    say("estimate-reason", text);
    isShown("estimate-reason", text !== "");
  }

  function announceProgress(ahead) {
    const stage = milestones.filter((milestone) => ahead <= milestone).length;
    saidStage ??= stage;
    if (stage === saidStage || Date.now() - saidAt < announceEveryMs) return;
    saidStage = stage;
    saidAt = Date.now();
    announce(count(ahead, phrases.ahead));
  }

  // Relative to the first place that this tab has seen. Storage may be forbidden; then the bar
  // starts anew with each load, and nothing else suffers.
  function progress() {
    if (position === null) return;
    let first = position;
    try {
      first = Math.max(first, Number(sessionStorage.getItem(firstKey)) || 0);
      sessionStorage.setItem(firstKey, String(first));
    } catch {}
    isShown("progress", first > 1);
    byId("progress").value = first > 1 ? ((first - position) / (first - 1)) * 100 : 100;
  }

  function forget() {
    try {
      sessionStorage.removeItem(firstKey);
    } catch {}
  }

  function session(expiresAt) {
    main.dataset.expires = byId("expires").dateTime = expiresAt;
    times();
  }

  function opening(at) {
    if (byId("opening").dateTime === at) return;
    byId("opening").dateTime = at;
    times();
  }

  // In the visitor's own time; the server could only write UTC.
  function times() {
    const style = { dateStyle: "medium", timeStyle: "short" };
    const format = new Intl.DateTimeFormat(phrases.language, style);
    for (const element of document.querySelectorAll("time")) {
      const at = Date.parse(element.dateTime);
      if (!Number.isNaN(at)) element.textContent = format.format(at);
    }
  }

  // Seconds that are left, as 9:05 or 1:00:00.
  function countdown(seconds) {
    const two = (n) => String(n).padStart(2, "0");
    const hours = Math.floor(seconds / 3_600);
    const minutes = Math.floor(seconds / 60) % 60;
    const rest = two(seconds % 60);
    say("left", hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`);
    isShown("left-row", true);
    if (seconds === 60) announce(phrases.live.minuteLeft);
  }

  return {
    phrases, show, place, progress, forget, session, opening, times, countdown, notice, title, awayTitle,
  };
};
