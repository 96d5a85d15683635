// Keeps the page of rankings true. The server has rendered it complete for this moment; from here
// on a live stream says what changes, and polling stands in where the stream fails.
"use strict";

(() => {
  const { dataset: data } = document.getElementById("rankings");
  const phrases = JSON.parse(document.getElementById("phrases").textContent);
  const words = onsaleWords(phrases);
  const rules = onsaleRankingsRules();
  const plots = onsaleRankingsPlot();
  const calls = onsaleCalls({ scope: "rankings", rules });
  const parts = onsaleParts({ phrases, words });
  const view = onsaleRankingsView({ data, phrases, words, rules, parts });
  const { byId, isShown, say } = parts;

  // Somebody who listens is told at most this often; what was said in between is on the page.
  const announceEveryMs = 20_000;
  // The server samples about once a minute.
  const plotEveryMs = 60_000;
  // A concert that this page has no title for may be new.
  const titlesEveryMs = 60_000;
  // Pages of the concerts, whose titles are shown: a thousand in all.
  const titlesAtOnce = 200;
  const titlePagesMax = 5;

  const rowsOf = (id) => Array.from(byId(id).children);

  // ---- the lists ----

  let concerts = null; // the lines shown last; null: those that came with the page
  let products = null;
  // Ranks when the page was opened, which movements of concerts are told against.
  let opened = new Map(rowsOf("concerts").map(({ dataset }) => [dataset.member, +dataset.rank]));
  const titles = new Map(
    rowsOf("concerts").map((row) => [row.dataset.concert, row.querySelector(".title").textContent]),
  );
  let askedTitlesMs = -Infinity;
  let saidMs = -Infinity;

  const titleOf = (line) => line.name || (titles.get(line.concert) ?? line.member);
  // A concert may be on the list with several evenings.
  const nameOf = (line) => (line.date ? `${titleOf(line)}, ${line.date}` : titleOf(line));
  const traceOf = (board, member) =>
    `/rankings?board=${board}&member=${encodeURIComponent(member)}#plot`;

  function takeConcerts(lines) {
    if (!lines) return;
    if (opened.size === 0) opened = new Map(lines.map(({ member, rank }) => [member, rank]));
    tell(concerts, lines);
    concerts = lines;
    showConcerts();
    isShown("concerts-moves", true);
    if (lines.some(({ concert }) => !titles.has(concert))) askTitles();
  }

  function showConcerts() {
    const shown = concerts.map((line) => ({
      ...line,
      title: titleOf(line),
      name: nameOf(line),
      path: `/performances/${encodeURIComponent(line.member)}`,
      trace: traceOf("concerts", line.member),
      sold: `${line.date} · ${words.count(line.count, phrases.seats)}`,
      badge: view.badge(line),
      move: rules.move(opened.get(line.member) ?? null, line.rank),
    }));
    view.list("concerts", shown);
  }

  function takeProducts(list) {
    if (!list) return;
    tell(products, list.lines);
    products = list.lines;
    const shown = list.lines.map((line) => ({
      ...line,
      title: titleOf(line),
      name: nameOf(line),
      path: "/shop",
      trace: traceOf("products", line.member),
      sold: words.count(line.count, phrases.units),
      badge: "",
      move: rules.move(line.previous, line.rank),
    }));
    view.list("products", shown);
    say("products-lead", words.count(list.days, phrases.days));
    isShown("from-ledger", list.isFromLedger);
    if (byId("refreshed").dateTime !== list.refreshedAt) view.time("refreshed", list.refreshedAt);
    isShown("refreshed-row", true);
    parts.times();
  }

  // What is worth an interruption, and not often.
  function tell(before, after) {
    const news = before && rules.news(before, after);
    if (!news || performance.now() - saidMs < announceEveryMs) return;
    saidMs = performance.now();
    parts.announce(words.fill(phrases.live[news.name], { name: nameOf(news.line) }));
  }

  async function askTitles() {
    if (performance.now() - askedTitlesMs < titlesEveryMs) return;
    askedTitlesMs = performance.now();
    let last = "";
    for (let page = 0; page < titlePagesMax; page += 1) {
      const after = last && `&after=${encodeURIComponent(last)}`;
      const url = `/api/v1/concerts?limit=${titlesAtOnce}${after}`;
      const { status, body } = await calls.call("GET", url);
      if (status !== 200 || !Array.isArray(body)) return;
      for (const { concert, title } of body) titles.set(concert, title);
      if (body.length < titlesAtOnce) break;
      last = body[body.length - 1].concert;
    }
    showConcerts();
  }

  // Whether what is shown is known to be up to date.
  function connection(name) {
    const text = name === "" ? "" : phrases.live[name];
    if (byId("connection").textContent === text) return;
    parts.announce(text || phrases.live.connectionBack);
    say("connection", text);
    isShown("connection", text !== "");
  }

  const feed = onsaleRankingsFeed({ rules, calls, takeConcerts, takeProducts, connection });

  function refresh() {
    if (document.hidden) return;
    feed.refresh();
    if (traced) redraw();
  }

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) return refresh();
    feed.stop();
    clearTimeout(plotTimer);
  });
  window.addEventListener("online", refresh);
  // A page that comes back from the browser's memory shows the past.
  window.addEventListener("pageshow", (event) => event.persisted && refresh());

  // ---- the plot of one member ----

  let traced = null; // {board, member, name, link}
  let plotTimer = 0;

  async function redraw() {
    clearTimeout(plotTimer);
    const mine = traced;
    const { board, member, name } = mine;
    const url = `/api/v1/boards/${board}/members/${encodeURIComponent(member)}/history`;
    const { status, body } = await calls.call("GET", url);
    if (mine !== traced) return;
    // Not ranked, or not yet sampled: there is nothing to draw, and that is no trouble.
    const points = status === 404 ? [] : status === 200 ? plots.points(body) : null;
    const drawn = points && plots.plot(points);
    const trouble = points ? "plotEmpty" : "plotUnavailable";
    view.plot(name, board === "concerts", drawn, trouble);
    if (!document.hidden) plotTimer = setTimeout(redraw, rules.jittered(plotEveryMs));
  }

  function onTrace(board) {
    byId(board).addEventListener("click", async (event) => {
      const link = event.target.closest(".trace");
      // Another tab is the browser's affair.
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const row = link.closest(".ranked");
      traced = { board, member: row.dataset.member, name: row.dataset.name, link };
      await redraw();
      if (traced?.link !== link) return;
      byId("plot-title").focus();
      byId("plot").scrollIntoView({ block: "nearest" });
    });
  }

  onTrace("concerts");
  onTrace("products");

  byId("plot-close").addEventListener("click", (event) => {
    event.preventDefault();
    const { link } = traced ?? {};
    traced = null;
    clearTimeout(plotTimer);
    isShown("plot", false);
    // Back to where it was opened, if that still stands on the page.
    (link?.isConnected ? link : byId("concerts-title")).focus();
  });

  parts.times();
  // Where the server could not read the lists, the stream has nothing either: ask first.
  if (byId("connection").hidden) feed.follow();
  else feed.poll();
})();
