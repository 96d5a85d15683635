// What the seat page reckons, without the page: states, sections, moves, waits, and what a refusal
// is called. Nothing here reads a clock, asks for anything or touches the document.
"use strict";

const onsaleSeatRules = () => {
  const shared = onsaleCallRules();
  const letters = { free: "f", held: "h", sold: "s" };

  // The document of the seats as a letter a seat, seat 1 first; null for what is none.
  function statesOf(body) {
    if (!Array.isArray(body?.seats)) return null;
    const states = new Array(body.seats.length);
    for (const seat of body.seats) {
      const letter = Object.hasOwn(letters, seat.state) ? letters[seat.state] : null;
      const isNumber = Number.isInteger(seat.number) && seat.number >= 1;
      if (letter === null || !isNumber || seat.number > states.length) return null;
      states[seat.number - 1] = letter;
    }
    return states.includes(undefined) ? null : states.join("");
  }

  // Numbers of the seats that differ. A house may have grown.
  function changes(before, after) {
    const changed = [];
    for (let i = 0; i < after.length; i += 1) if (before[i] !== after[i]) changed.push(i + 1);
    return changed;
  }

  function freeIn(states, first, last) {
    let free = 0;
    for (let i = first - 1; i < last; i += 1) if (states[i] === "f") free += 1;
    return free;
  }

  const isSoldOut = (states) => states !== "" && !/[^s]/.test(states);

  // `states` with some seats set to `letter`.
  function marked(states, numbers, letter) {
    const set = new Set(numbers);
    return Array.from(states, (old, i) => (set.has(i + 1) ? letter : old)).join("");
  }

  // ---- the map: sections, rows, moves ----

  const sectionCount = (seats, size) => Math.max(1, Math.ceil(seats / size));

  // First and last seat of a section, counted from 1.
  function section(number, seats, size) {
    const shown = Math.min(Math.max(1, number), sectionCount(seats, size));
    return { number: shown, first: (shown - 1) * size + 1, last: Math.min(seats, shown * size) };
  }

  const rowOf = (seat, rowSeats) => Math.ceil(seat / rowSeats);

  // Where a key leads from seat `at`; null for a key that leads nowhere. `columns` stand beside one
  // another in the window, which may be half a row.
  function move(key, at, { first, last, columns, isControl }) {
    const start = at - ((at - first) % columns);
    const target = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      ArrowUp: at - columns,
      ArrowDown: at + columns,
      Home: isControl ? first : start,
      End: isControl ? last : Math.min(last, start + columns - 1),
    };
    if (!Object.hasOwn(target, key)) return null;
    const to = target[key];
    return to < first || to > last ? at : to;
  }

  // ---- asking ----

  // Until the map is looked at again. A large map takes longer to come, and is asked for less
  // often, so that at most a quarter of the time goes into fetching it.
  const pollMs = ({ isHidden, failures, tookMs, askedMs }) => {
    const usualMs = isHidden ? 30_000 : Math.max(1_000, 3 * tookMs);
    return Math.max(usualMs, shared.backoffMs(failures), askedMs);
  };

  const noticeOfCode = {
    not_admitted: "notAdmitted",
    performance_sold_out: "soldOut",
    hold_expired: "holdExpired",
    balance_limit: "balanceLimit",
    unauthenticated: "unauthenticated",
    ticket_invalid: "unauthenticated",
    store_unavailable: "unavailable",
    rate_limited: "unavailable",
  };

  // The name of the notice for a refusal.
  const notice = (status, code) =>
    Object.hasOwn(noticeOfCode, code)
      ? noticeOfCode[code]
      : status === 0 || status >= 500 ? "unavailable" : "failed";

  return {
    ...shared, statesOf, changes, freeIn, isSoldOut, marked, sectionCount, section, rowOf, move,
    pollMs, notice,
  };
};
