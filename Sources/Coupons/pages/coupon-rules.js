// What the coupon page reckons, without the page: what an answer to a claim means, and when to
// look again. Nothing here reads a clock, asks for anything or touches the document.
"use strict";

const onsaleCouponRules = () => {
  const shared = onsaleCallRules();

  const views = ["scheduled", "open", "finished", "ended"];

  // The coupon's document, as far as the page shows it; null for what is none.
  function standing(body) {
    const isCount = (n) => Number.isSafeInteger(n) && n >= 0;
    if (!isCount(body?.remaining) || !isCount(body.quantity)) return null;
    if (!views.includes(body.state)) return null;
    return { remaining: body.remaining, quantity: body.quantity, state: body.state };
  }

  const outcomeOfCode = {
    coupon_already_claimed: "already",
    coupon_sold_out: "soldOut",
    coupon_not_started: "notYet",
    coupon_ended: "ended",
    unauthenticated: "unauthenticated",
  };

  // What became of a claim: the name of a notice. A claim gives one user one coupon, however often
  // it is sent; so after an answer that was lost, "already claimed" is the lost good news.
  function outcome(status, code, wasLost) {
    const verdict = shared.verdict(status, code);
    if (verdict === "done") return "yours";
    if (verdict === "unknown") return "unknown";
    const named = Object.hasOwn(outcomeOfCode, code) ? outcomeOfCode[code] : "failed";
    return named === "already" && wasLost ? "yours" : named;
  }

  // Until the coupon is looked at again: once a second, before the start only in its last minute.
  // Null: what is left no longer changes for this visitor.
  function pollMs({ view, leftMs, failures, askedMs }) {
    if (view !== "open" && view !== "scheduled") return null;
    const isFar = view === "scheduled" && leftMs > 60_000;
    return Math.max(isFar ? 15_000 : 1_000, shared.backoffMs(failures), askedMs);
  }

  return { ...shared, standing, outcome, pollMs };
};
