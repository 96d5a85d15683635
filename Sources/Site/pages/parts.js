// What the coupon page and the shop page show alike: texts, notices, times, and what is read aloud.
"use strict";

const onsaleParts = ({ phrases, words }) => {
  const byId = (id) => document.getElementById(id);
  const isShown = (id, yes) => (byId(id).hidden = !yes);

  // Touching text that has not changed would make some screen readers say it again.
  function say(id, text) {
    const element = byId(id);
    if (element.textContent !== text) element.textContent = text;
  }

  const announce = (text) => say("status", text);

  // A notice by its name, with values; "" takes it away.
  function notice(name, values = {}) {
    const text = name === "" ? "" : words.fill(phrases.notices[name], values);
    say("notice", text);
    isShown("notice", text !== "");
    if (text !== "") announce(text);
  }

  // Runs one action at a time; a second press does nothing. The button that was pressed stays
  // where the focus is meanwhile.
  let isBusy = false;

  async function busy(buttons, action) {
    if (isBusy) return;
    isBusy = true;
    const mark = (yes) => {
      for (const id of buttons) byId(id).setAttribute("aria-disabled", String(yes));
    };
    mark(true);
    try {
      await action();
    } finally {
      isBusy = false;
      mark(false);
    }
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

  return { byId, isShown, say, announce, notice, busy, times, isBusy: () => isBusy };
};
