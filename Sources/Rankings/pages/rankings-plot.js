// The plot of a rank over time, without the page. The server draws the same (RankPlot.swift); a
// change here is a change there.
"use strict";

const onsaleRankingsPlot = () => {
  const [left, right, top, bottom] = [32, 312, 12, 128];
  // More would be finer than a phone's pixels.
  const pointsMax = 1_000;

  // The document of a history as points with `ms`, oldest first, the newest of many; null for what
  // is none.
  function points(body) {
    if (!Array.isArray(body?.points)) return null;
    const all = body.points.map(({ at, rank }) => ({ at, rank, ms: Date.parse(at) }));
    const isWhole = ({ rank, ms }) => Number.isSafeInteger(rank) && rank >= 1 && ms >= 0;
    if (!all.every(isWhole)) return null;
    return all.sort((a, b) => a.ms - b.ms).slice(-pointsMax);
  }

  // A line in steps: a rank holds until it changes. Rank 1 is at the top.
  function plot(points) {
    if (points.length === 0) return null;
    const [first] = points;
    const last = points[points.length - 1];
    const ranks = points.map(({ rank }) => rank);
    const lowest = Math.max(2, ...ranks);
    const span = Math.max(1, last.ms - first.ms);
    const x = (ms) => left + Math.floor(((ms - first.ms) * (right - left)) / span);
    const y = (rank) => top + Math.floor(((rank - 1) * (bottom - top)) / (lowest - 1));
    let line = `M${left} ${y(first.rank)}`;
    for (const { ms, rank } of points.slice(1)) line += `H${x(ms)}V${y(rank)}`;
    return {
      line: `${line}H${right}`,
      endY: y(last.rank),
      lowest,
      first: first.rank,
      best: Math.min(...ranks),
      now: last.rank,
      from: first.at,
      to: last.at,
    };
  }

  return { points, plot };
};
