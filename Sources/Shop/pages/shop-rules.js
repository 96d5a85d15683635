// What the shop page reckons, without the page: an order's lines, its sum, what a coupon takes off,
// and what a refusal is called. Nothing here asks for anything or touches the document.
"use strict";

const onsaleShopRules = () => {
  const shared = onsaleCallRules();

  // [{product, quantity}] of [{product, text}], without those left empty or at 0; null for a
  // quantity that is none.
  function linesOf(fields) {
    const lines = [];
    for (const { product, text } of fields) {
      const quantity = text.trim() === "" ? 0 : Number(text);
      if (!Number.isInteger(quantity) || quantity < 0 || quantity > 10_000) return null;
      if (quantity > 0) lines.push({ product, quantity });
    }
    return lines;
  }

  // Points for all lines; null beyond what a number can hold exactly.
  function sum(lines, priceOf) {
    let total = 0n;
    for (const { product, quantity } of lines) {
      total += BigInt(priceOf(product)) * BigInt(quantity);
    }
    return total <= 2n ** 53n ? Number(total) : null;
  }

  // The server reckons the same (Discount.off): never more than the total, rounded down.
  function off(discount, total) {
    if (!discount) return 0;
    if (discount.amount) return Math.min(discount.amount, total);
    return Number((BigInt(total) * BigInt(discount.percent)) / 100n);
  }

  const noticeOfCode = {
    out_of_stock: "outOfStock",
    coupon_not_usable: "couponNotUsable",
    insufficient_points: "insufficientPoints",
    balance_limit: "balanceLimit",
    not_found: "unknownProduct",
    idempotency_mismatch: "keyUsed",
    unauthenticated: "unauthenticated",
  };

  // The name of the notice for a refusal.
  const notice = (code) => (Object.hasOwn(noticeOfCode, code) ? noticeOfCode[code] : "failed");

  return { ...shared, linesOf, sum, off, notice };
};
