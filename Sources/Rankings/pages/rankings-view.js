// What the page of rankings shows, for rankings.js: rows, badges, movements, the plot.
"use strict";

const onsaleRankingsView = ({ data, phrases, words, rules, parts }) => {
  const { byId, isShown, say } = parts;
  const clock = (ms) => rules.clock(Math.floor(ms / 1_000));

  function badge(line) {
    const name = rules.badge(line);
    if (name === "") return "";
    const text = words.fill(phrases.badges[name], {
      percent: data.percent,
      t90: clock(line.t90Ms ?? line.projectedT90Ms ?? 0),
      t100: clock(line.t100Ms ?? 0),
    });
    return rules.isFreeAgain(line) ? words.fill(phrases.badges.freeAgain, { badge: text }) : text;
  }

  function moved({ kind, by }) {
    if (kind === "new") return phrases.moves.isNew;
    return words.count(by, kind === "down" ? phrases.down : phrases.up);
  }

  // ---- rows: kept by member, so that focus and reading position stay where they are ----

  // Touching text that has not changed would make some screen readers say it again.
  function set(row, name, text) {
    const element = row.querySelector(name);
    if (element.textContent !== text) element.textContent = text;
  }

  function fill(row, { member, concert = "", name, rank, title, path, trace, ...shown }) {
    const { sold, badge: text, move } = shown;
    row.classList.toggle("moved", row.dataset.rank !== "" && Number(row.dataset.rank) !== rank);
    Object.assign(row.dataset, { member, concert, name, rank });
    set(row, ".rank", words.number(rank));
    set(row, ".title", title);
    set(row, ".whose", `: ${name}`);
    set(row, ".sold", sold);
    set(row, ".badge", text);
    row.querySelector(".badge").hidden = text === "";
    row.querySelector(".title").setAttribute("href", path);
    row.querySelector(".trace").setAttribute("href", trace);
    row.querySelector(".move").dataset.move = move?.kind ?? "";
    set(row, ".mark", move ? rules.mark(move, phrases.moves.isNew) : "");
    set(row, ".said", move ? moved(move) : "");
  }

  function list(id, lines) {
    const element = byId(id);
    const old = new Map(Array.from(element.children, (row) => [row.dataset.member, row]));
    const rows = lines.map((line) => {
      const row = old.get(line.member) ?? byId("row").content.firstElementChild.cloneNode(true);
      old.delete(line.member);
      fill(row, line);
      return row;
    });
    for (const row of old.values()) row.remove();
    order(element, rows);
    isShown(`${id}-empty`, rows.length === 0);
  }

  // A row that holds the focus is not moved, which would take it away: the others move around it.
  function order(element, rows) {
    if (rows.every((row, index) => element.children[index] === row)) return;
    const fixed = rows.findIndex((row) => row.contains(document.activeElement));
    rows.forEach((row, index) => {
      if (index < fixed) element.insertBefore(row, rows[fixed]);
      else if (index !== fixed) element.append(row);
    });
  }

  // ---- the plot ----

  function time(id, at) {
    byId(id).dateTime = at;
    say(id, at);
  }

  // `drawn` is what the rules made of a history; null: `trouble` says why there is nothing.
  function plot(name, isBySold, drawn, trouble) {
    say("plot-title", words.fill(phrases.labels.plot, { name }));
    isShown("plot-by-sold", isBySold);
    say("plot-trouble", drawn ? "" : phrases.labels[trouble]);
    isShown("plot-trouble", !drawn);
    isShown("plot-figure", drawn !== null);
    isShown("plot", true);
    if (!drawn) return;
    byId("plot-line").setAttribute("d", drawn.line);
    byId("plot-end").setAttribute("cy", drawn.endY);
    say("plot-lowest", words.number(drawn.lowest));
    say("plot-first", words.number(drawn.first));
    say("plot-best", words.number(drawn.best));
    say("plot-now", words.number(drawn.now));
    time("plot-from", drawn.from);
    time("plot-to", drawn.to);
    parts.times();
  }

  return { badge, moved, list, plot, time };
};
