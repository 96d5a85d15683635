// Numbers, counts and waits in words. The server writes the same with the same texts
// (Words.swift, WordFormats.swift); a change here is a change there.
"use strict";

const onsaleWords = (phrases) => {
  const number = (n) => new Intl.NumberFormat(phrases.language).format(n);

  // Values are not looked into again, so a room called "{n}" is shown as that.
  const fill = (phrase, values) => phrase.replace(/\{(\w+)\}/g, (all, key) => values[key] ?? all);

  const count = (n, forms) =>
    n <= 0 ? forms.zero : n === 1 ? forms.one : fill(forms.other, { n: number(n) });

  function wait({ min, max }) {
    const words = phrases.rough;
    const low = Math.max(0, Math.min(min, max));
    const high = Math.max(0, min, max);
    if (high < 60) return words.underMinute;
    const hours = high > 90 * 60;
    const unit = hours ? 3_600 : 60;
    const from = Math.max(1, Math.floor(low / unit));
    const to = Math.ceil(high / unit);
    if (from < to) {
      const range = hours ? words.hourRange : words.minuteRange;
      return fill(range, { min: number(from), max: number(to) });
    }
    if (to === 1) return hours ? words.hour : words.minute;
    return fill(hours ? words.hours : words.minutes, { n: number(to) });
  }

  return { number, fill, count, wait };
};
