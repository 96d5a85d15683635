// The calls of the pages that buy: each ends with {status, code, body, askedMs}, status 0 when no
// answer came. What must happen once is asked with a key that a reload repeats.
"use strict";

// `scope` is what the page is about: what one tab keeps for two pages stays apart.
const onsaleCalls = ({ scope, rules }) => {
  // A phone that changed networks may wait for an answer for minutes; we do not.
  const answerMaxMs = 10_000;

  let clockOffsetMs = 0;
  let floorMs = -Infinity;

  async function call(method, url, { body, headers = {} } = {}) {
    const request = new AbortController();
    const limit = setTimeout(() => request.abort(), answerMaxMs);
    const sent = { Accept: "application/json", ...headers };
    if (body) sent["Content-Type"] = "application/json";
    let answer = null;
    let read = null;
    try {
      answer = await fetch(url, {
        method,
        headers: sent,
        body: body && JSON.stringify(body),
        cache: "no-store",
        signal: request.signal,
      });
      if (answer.status !== 204 && answer.status !== 304) read = await answer.json();
    } catch {
      // Cut off in the middle is no answer: what it said is not known.
      if (!answer || answer.ok) answer = null;
    }
    clearTimeout(limit);
    setClock(answer);
    return {
      status: answer?.status ?? 0,
      code: read?.code ?? "",
      body: read,
      tag: answer?.headers.get("ETag") ?? null,
      askedMs: rules.askedMs(answer?.headers.get("Retry-After")),
    };
  }

  // Countdowns run by the server's clock. Its `Date` header tells whole seconds, rounded down: for
  // an end, up to a second is added, so that no time is promised that there is not.
  function setClock(answer) {
    const at = Date.parse(answer?.headers.get("Date"));
    if (Number.isNaN(at)) return;
    clockOffsetMs = at + 999 - Date.now();
    itWas(at);
  }

  // The server's clock has reached `ms` by now. The highest of many such is nearly exact, and
  // never ahead: for a start, at which a press before the time would be refused.
  function itWas(ms) {
    floorMs = Math.max(floorMs, ms - performance.now());
  }

  // ---- what a reload must find again: in this tab only; storage may be forbidden ----

  const memory = new Map();

  function keep(name, value) {
    const key = `onsale.${name}.${scope}`;
    memory.set(key, value);
    try {
      if (value === null) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, JSON.stringify(value));
    } catch {}
  }

  function kept(name) {
    const key = `onsale.${name}.${scope}`;
    if (memory.has(key)) return memory.get(key);
    try {
      return JSON.parse(sessionStorage.getItem(key));
    } catch {
      return null;
    }
  }

  // `randomUUID` is missing on a plain http:// address.
  const newKey = () => rules.keyOf(crypto.getRandomValues(new Uint8Array(16)));

  const wait = (ms) => new Promise((done) => setTimeout(done, ms));

  // Asks until it is known what became of it, with one key, or until the tries are used up.
  // The key is kept from before the first try until a definite answer.
  async function once(name, url, body, onAgain) {
    let attempt = kept(name);
    if (!attempt || JSON.stringify(attempt.body) !== JSON.stringify(body)) {
      attempt = { key: newKey(), body };
      keep(name, attempt);
    }
    for (let attempts = 1; ; attempts += 1) {
      const answer = await call("POST", url, { body, headers: { "Idempotency-Key": attempt.key } });
      const verdict = rules.verdict(answer.status, answer.code);
      if (verdict !== "unknown") keep(name, null);
      const againMs = rules.attemptMs(attempts, answer.askedMs);
      if (verdict !== "unknown" || againMs === null) return { verdict, ...answer };
      onAgain();
      await wait(againMs);
    }
  }

  const pointsURL = "/api/v1/users/me/points";

  return {
    now: () => Date.now() + clockOffsetMs,
    nowAtLeast: () => performance.now() + floorMs,
    itWas,
    call,
    keep,
    kept,
    wait,
    once,
    balance: () => call("GET", pointsURL),
    charge: (amount, onAgain) => once("charge", `${pointsURL}/charges`, { amount }, onAgain),
  };
};
