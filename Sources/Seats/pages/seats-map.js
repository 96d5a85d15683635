// The map of the seat page, for seats.js: one section of seats as buttons in a grid, with the
// focus of the keyboard on one of them, and the links to the other sections.
"use strict";

const onsaleSeatMap = ({ data, phrases, rules, words, onToggle }) => {
  const byId = (id) => document.getElementById(id);
  const grid = byId("grid");
  const rowSeats = Number(data.rowSeats);
  const sectionSeats = Number(data.sectionSeats);
  const { fill, count, number } = words;

  let states = "";
  let section = null;
  let focused = 0; // the one seat that the Tab key reaches
  const chosen = new Set();
  const yours = new Set();
  let isOpen = true; // whether seats may be chosen now

  const seat = (n) => grid.querySelector(`[data-seat="${n}"]`);
  const bounds = () => rules.section(Number(data.section), states.length, sectionSeats);

  // ---- one seat ----

  const names = { f: "free", h: "held", s: "sold" };

  const signOf = (n) =>
    yours.has(n) ? "yours" : chosen.has(n) ? "chosen" : names[states[n - 1]] ?? "held";

  const isChoosable = (n) => isOpen && states[n - 1] === "f" && !yours.has(n);

  // Attributes that have not changed are left alone: some screen readers would speak.
  function set(element, name, value) {
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  }

  function paint(button) {
    const n = Number(button.dataset.seat);
    const sign = signOf(n);
    const state = phrases.states[sign === "chosen" ? "free" : sign];
    set(button, "class", `seat ${sign}`);
    set(button, "aria-label", fill(phrases.labels.seat, { n, state }));
    set(button, "aria-pressed", String(chosen.has(n)));
    set(button, "aria-disabled", String(!isChoosable(n)));
    set(button, "tabindex", n === focused ? "0" : "-1");
  }

  function repaint(numbers) {
    for (const n of numbers) {
      const button = section && n >= section.first && n <= section.last ? seat(n) : null;
      if (button) paint(button);
    }
  }

  // ---- the section that is shown ----

  function draw() {
    section = bounds();
    if (focused < section.first || focused > section.last) focused = section.first;
    const rows = [];
    for (let first = section.first; first <= section.last; first += rowSeats) {
      rows.push(row(first, Math.min(first + rowSeats - 1, section.last)));
    }
    grid.setAttribute("role", "grid");
    grid.setAttribute("aria-labelledby", "map-title");
    grid.replaceChildren(...rows);
  }

  function row(first, last) {
    const element = document.createElement("div");
    const label = fill(phrases.labels.row, { n: number(rules.rowOf(first, rowSeats)) });
    element.className = "row";
    element.setAttribute("role", "row");
    element.setAttribute("aria-label", label);
    for (let n = first; n <= last; n += 1) {
      const cell = document.createElement("div");
      const button = document.createElement("button");
      cell.setAttribute("role", "gridcell");
      button.type = "button";
      button.dataset.seat = n;
      button.textContent = n;
      paint(button);
      cell.append(button);
      element.append(cell);
    }
    return element;
  }

  // ---- the other sections ----

  function links() {
    const total = rules.sectionCount(states.length, sectionSeats);
    const list = byId("sections").querySelector("ul");
    byId("sections").hidden = total < 2;
    if (total < 2) return;
    if (list.children.length !== total) list.replaceChildren(...newLinks(total));
    for (const [i, item] of Array.from(list.children).entries()) {
      const link = item.firstElementChild;
      const { first, last } = rules.section(i + 1, states.length, sectionSeats);
      const free = count(rules.freeIn(states, first, last), phrases.free);
      const text = link.querySelector("span");
      if (text.textContent !== free) text.textContent = free;
      if (i + 1 === section?.number) set(link, "aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  function newLinks(total) {
    return Array.from({ length: total }, (_, i) => {
      const { first, last } = rules.section(i + 1, states.length, sectionSeats);
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = `?section=${i + 1}`;
      link.textContent = fill(phrases.labels.section, { from: number(first), to: number(last) });
      link.append(document.createElement("span"));
      item.append(link);
      return item;
    });
  }

  function turnTo(n) {
    data.section = n;
    draw();
    links();
    byId("choose").action = byId("choose").action.split("?")[0] + `?section=${n}`;
    history.replaceState(null, "", `?section=${n}`);
  }

  byId("sections").addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
    if (!link || !isPlain) return;
    event.preventDefault();
    turnTo(Number(new URL(link.href).searchParams.get("section")));
    seat(focused)?.focus({ preventScroll: false });
  });

  // ---- pointer and keyboard ----

  grid.addEventListener("click", (event) => {
    const button = event.target.closest("[data-seat]");
    if (!button) return;
    focusOn(Number(button.dataset.seat));
    onToggle(Number(button.dataset.seat), isChoosable(Number(button.dataset.seat)));
  });

  grid.addEventListener("keydown", (event) => {
    const button = event.target.closest("[data-seat]");
    if (!button || event.altKey || event.metaKey) return;
    const { first, last } = section;
    const move = { first, last, columns: columns(), isControl: event.ctrlKey };
    const to = rules.move(event.key, Number(button.dataset.seat), move);
    if (to === null) return;
    event.preventDefault();
    focusOn(to);
  });

  function focusOn(n) {
    const before = focused;
    focused = n;
    repaint([before, n]);
    seat(n)?.focus();
  }

  // Seats beside one another as the sheet has laid them out: a row takes two lines on a phone.
  function columns() {
    const buttons = Array.from(grid.querySelectorAll("[data-seat]")).slice(0, rowSeats);
    const top = buttons[0].offsetTop;
    const below = buttons.findIndex((button) => button.offsetTop !== top);
    return below > 0 ? below : buttons.length;
  }

  return {
    chosen,
    yours,
    get states() { return states; },

    // Shows new states; returns the numbers of the seats that changed.
    show(after) {
      const changed = rules.changes(states, after);
      const isDrawn = section !== null && states.length === after.length;
      states = after;
      if (isDrawn) repaint(changed);
      else draw();
      if (changed.length > 0) links();
      return changed;
    },

    repaint,

    setOpen(yes) {
      if (isOpen === yes) return;
      isOpen = yes;
      for (const button of grid.querySelectorAll("[data-seat]")) paint(button);
    },

    focus: () => seat(focused)?.focus(),
  };
};
