// What the page of rankings reckons, without the page: what the documents say, who moved, what a
// badge tells, what is worth saying aloud, and when to ask again. Nothing here reads a clock, asks
// for anything or touches the document.
"use strict";

const onsaleRankingsRules = () => {
  const shared = onsaleCallRules();

  const isText = (value) => typeof value === "string" && value !== "";
  const isCount = (n) => Number.isSafeInteger(n) && n >= 0;
  const isRank = (n) => Number.isSafeInteger(n) && n >= 1;
  const countOrNull = (n) => (isCount(n) ? n : null);

  // The list of concerts as lines of the page; null for what is none.
  function concerts(body) {
    if (!Array.isArray(body)) return null;
    const lines = body.map((entry) => ({
      member: entry?.performance,
      concert: entry?.concert,
      date: entry?.concertDate,
      rank: entry?.rank,
      count: entry?.soldOutCount,
      t90Ms: countOrNull(entry?.t90Ms),
      t100Ms: countOrNull(entry?.t100Ms),
      projectedT90Ms: countOrNull(entry?.projectedT90Ms),
      isSoldOut: entry?.soldOut === true,
    }));
    const isWhole = ({ member, concert, date, rank, count }) =>
      isText(member) && isText(concert) && isText(date) && isRank(rank) && isCount(count);
    return lines.every(isWhole) ? lines : null;
  }

  // The best sellers as {days, refreshedAt, isFromLedger, lines}; null for what is none.
  function products(body) {
    if (!Array.isArray(body?.products) || !isRank(body.days)) return null;
    const lines = body.products.map((entry) => ({
      member: entry?.product,
      name: entry?.name,
      rank: entry?.rank,
      count: entry?.units,
      previous: isRank(entry?.previousRank) ? entry.previousRank : null,
    }));
    const isWhole = ({ member, name, rank, count }) =>
      isText(member) && typeof name === "string" && isRank(rank) && isCount(count);
    if (!lines.every(isWhole) || Number.isNaN(Date.parse(body.refreshedAt))) return null;
    const isFromLedger = body.source === "ledger";
    return { days: body.days, refreshedAt: body.refreshedAt, isFromLedger, lines };
  }

  // Where a line came from: "new", "up", "down" or "same", and by how many places.
  function move(previous, rank) {
    if (previous === null) return { kind: "new", by: 0 };
    const by = previous - rank;
    return { kind: by > 0 ? "up" : by < 0 ? "down" : "same", by: Math.abs(by) };
  }

  const marks = { up: "▲", down: "▼", same: "–" };

  // ▲ 2; of a new one its word.
  const mark = ({ kind, by }, newWord) =>
    kind === "new" ? newWord : by === 0 ? marks.same : `${marks[kind]} ${by}`;

  // The phrase of a badge; "" where there is nothing to tell. The server chooses alike
  // (RankingBadge).
  function badge({ t90Ms, t100Ms, projectedT90Ms, isSoldOut }) {
    if (t90Ms !== null && t100Ms !== null) return "both";
    if (t100Ms !== null) return "soldOutIn";
    if (t90Ms !== null) return isSoldOut ? "reachedSoldOut" : "reached";
    if (isSoldOut) return "soldOut";
    return projectedT90Ms !== null ? "projected" : "";
  }

  // Tickets came back after it was sold out.
  const isFreeAgain = ({ t100Ms, isSoldOut }) => t100Ms !== null && !isSoldOut;

  // What of a change is worth an interruption: a sell-out, else a new first place. null: nothing.
  function news(before, after) {
    if (before.length === 0 || after.length === 0) return null;
    const old = new Map(before.map((line) => [line.member, line]));
    const wasOnSale = ({ member }) => old.get(member)?.isSoldOut === false;
    const soldOut = after.find((line) => line.isSoldOut && wasOnSale(line));
    if (soldOut) return { name: "soldOut", line: soldOut };
    const [first] = after;
    return first.member === before[0].member ? null : { name: "first", line: first };
  }

  // Until the lists are asked for again; only where the stream is not to be had.
  const pollMs = ({ failures, askedMs }) =>
    Math.max(5_000, shared.backoffMs(failures), askedMs);

  // +-10 %, so that those who came together do not ask together for ever.
  const jittered = (ms) => ms * (0.9 + Math.random() * 0.2);

  return {
    ...shared, concerts, products, move, mark, badge, isFreeAgain, news, pollMs, jittered,
  };
};
