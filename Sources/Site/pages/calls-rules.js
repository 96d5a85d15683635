// What an answer of the server means, when to ask again, keys and clocks, for the pages that buy.
// Nothing here reads a clock, asks for anything or touches the document.
"use strict";

const onsaleCallRules = () => {
  // Until an attempt with the same key is made again; null when somebody has to press again.
  const attemptsMax = 6;
  const attemptMs = (attempts, askedMs) =>
    attempts >= attemptsMax ? null : Math.max(askedMs, Math.min(500 * 2 ** attempts, 8_000));

  const askedMs = (retryAfter) => Number(retryAfter) * 1_000 || 0;

  // A server in trouble is asked again ever more rarely, up to half a minute.
  const backoffMs = (failures) =>
    failures > 0 ? Math.min(1_000 * 2 ** Math.min(failures, 6), 30_000) : 0;

  // What an answer to something that must happen once says about it:
  // "done", "refused" (definite: its key is used up), "unknown" (ask again with the same key).
  function verdict(status, code) {
    if (status >= 200 && status < 300) return "done";
    if (status === 409 && code === "in_progress") return "unknown";
    // 0: no answer. The server may have done it all the same.
    if (status === 0 || status === 408 || status === 429 || status >= 500) return "unknown";
    return "refused";
  }

  // 9:05 or 1:00:00.
  function clock(seconds) {
    const two = (n) => String(n).padStart(2, "0");
    const hours = Math.floor(seconds / 3_600);
    const minutes = Math.floor(seconds / 60) % 60;
    const rest = two(seconds % 60);
    return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
  }

  // 32 hexadecimal digits of 16 bytes.
  const keyOf = (bytes) =>
    "page-" + Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

  return { attemptMs, askedMs, backoffMs, verdict, clock, keyOf };
};
