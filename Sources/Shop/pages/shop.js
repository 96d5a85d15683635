// Lets the shop page order and charge without a reload, and adds up what is chosen. The server has
// rendered it complete; its forms work where this script does not.
"use strict";

(() => {
  const main = document.getElementById("shop");
  const data = main.dataset;
  const phrases = JSON.parse(document.getElementById("phrases").textContent);
  const words = onsaleWords(phrases);
  const rules = onsaleShopRules();
  // What is kept for one user is never sent for another.
  const calls = onsaleCalls({ scope: `shop.${data.who}`, rules });
  const parts = onsaleParts({ phrases, words });
  const { byId, isShown, say } = parts;
  const points = (n) => words.count(n, phrases.points);
  const buttons = ["order-button", "charge-button"];

  // ---- the products on the page ----

  const fields = Array.from(document.querySelectorAll("input[data-product]"));
  const fieldOf = (product) => fields.find((field) => field.dataset.product === product);
  const nameOf = (product) => fieldOf(product)?.dataset.name ?? product;
  const priceOf = (product) => Number(fieldOf(product)?.dataset.price ?? 0);

  function stock(product, left) {
    const field = fieldOf(product);
    if (!field || !Number.isSafeInteger(left)) return;
    field.max = Math.min(left, 10_000);
    field.disabled = left <= 0;
    if (left <= 0) field.value = 0;
    say(field.dataset.stock, words.count(left, phrases.stock));
  }

  async function refreshProducts() {
    const { status, body } = await calls.call("GET", "/api/v1/products?limit=200");
    if (status !== 200 || !Array.isArray(body)) return;
    for (const { product, stock: left, price } of body) {
      const field = fieldOf(product);
      if (field && Number.isSafeInteger(price)) {
        field.dataset.price = price;
        say(field.dataset.priceText, points(price));
      }
      stock(product, left);
    }
    tally();
  }

  // ---- what is chosen ----

  const chosen = () =>
    rules.linesOf(
      fields
        .filter((field) => !field.disabled)
        .map((field) => ({
          product: field.dataset.product,
          text: field.validity.badInput ? "?" : field.value,
        })),
    );

  function discount() {
    const option = byId("coupon").selectedOptions[0];
    if (!option?.value) return null;
    return { amount: Number(option.dataset.amount), percent: Number(option.dataset.percent) };
  }

  // {total, off} of the lines; null while they cannot be added up.
  function reckon(lines) {
    const total = lines === null ? null : rules.sum(lines, priceOf);
    return total === null ? null : { total, off: rules.off(discount(), total) };
  }

  function tally() {
    const sum = reckon(chosen());
    isShown("tally", sum !== null && sum.total > 0);
    if (sum === null) return;
    isShown("off-row", sum.off > 0);
    say("off", points(sum.off));
    say("to-pay", points(sum.total - sum.off));
  }

  // ---- the order ----

  // An order whose answer never came: it is asked about, with its key, before anything else is
  // bought. Until then its choice stays as it was.
  const pending = () => calls.kept("order");

  function lock(yes) {
    byId("choice").disabled = yes;
    if (!yes) say("order-button", phrases.labels.order);
  }

  function stillUnknown() {
    say("order-button", phrases.labels.askAgain);
    parts.notice("stillUnknown");
  }

  function showPending({ body }) {
    for (const { product, quantity } of body.lines) {
      const field = fieldOf(product);
      if (field) field.value = quantity;
    }
    byId("coupon").value = body.coupon ?? "";
    tally();
    lock(true);
  }

  async function order() {
    const lines = pending()?.body.lines ?? chosen();
    if (lines === null) return parts.notice("badQuantity");
    if (lines.length === 0) return parts.notice("chooseFirst");
    if (lines.length > Number(data.linesMax)) return parts.notice("tooMany");
    const sum = reckon(lines);
    if (sum === null) return parts.notice("tooMany");
    const body = pending()?.body ?? { lines, coupon: byId("coupon").value || null };
    parts.notice("ordering");
    lock(true);
    const answer = await calls.once("order", "/api/v1/orders", body, () => {
      parts.notice("payingAgain");
    });
    if (answer.verdict === "unknown") return stillUnknown();
    lock(false);
    if (answer.verdict === "done") receipt(answer.body, body);
    else await refused(answer, body, sum);
    await refreshProducts();
  }

  function receipt(order, { lines, coupon }) {
    const text = ({ product, quantity }) =>
      words.fill(phrases.labels.line, { n: words.number(quantity), product: nameOf(product) });
    say("bought", lines.map(text).join(", "));
    say("order-number", order.order);
    say("paid-amount", points(order.amount));
    say("paid-discount", points(order.discount));
    say("paid-balance", points(order.balance));
    isShown("paid-discount-row", order.discount > 0);
    isShown("receipt", true);
    balance(order.balance);
    byId("charge-amount").value = "";
    for (const field of fields) field.value = 0;
    if (coupon) dropCoupon(coupon);
    parts.notice("");
    parts.announce(words.fill(phrases.notices.ordered, { order: order.order }));
    byId("receipt-title").focus();
  }

  async function refused({ code, body }, { coupon }, sum) {
    const name = rules.notice(code);
    if (name === "outOfStock") return parts.notice(name, { product: nameOf(body.product) });
    // One that takes nothing off this order is kept for another.
    if (name === "couponNotUsable" && sum.off > 0) dropCoupon(coupon);
    if (name !== "insufficientPoints") return parts.notice(name);
    const has = await refreshBalance();
    const missing = Math.max(1, sum.total - sum.off - (has ?? 0));
    isShown("charge", true);
    byId("charge-amount").value = missing;
    parts.notice(name, { points: points(missing) });
    byId("charge-amount").focus();
  }

  function dropCoupon(coupon) {
    const select = byId("coupon");
    select.value = "";
    for (const option of Array.from(select.options)) {
      if (option.value !== "" && option.value === coupon) option.remove();
    }
    isShown("coupon-row", select.options.length > 1);
  }

  // ---- points ----

  function balance(amount) {
    isShown("balance-row", true);
    say("balance", points(amount));
  }

  async function refreshBalance() {
    const { status, body } = await calls.balance();
    if (status !== 200 || !Number.isSafeInteger(body?.balance)) return null;
    balance(body.balance);
    return body.balance;
  }

  async function charge() {
    const amount = Number(byId("charge-amount").value);
    if (!Number.isInteger(amount) || amount < 1 || amount > 2 ** 53) {
      return parts.notice("badAmount");
    }
    const answer = await calls.charge(amount, () => parts.notice("payingAgain"));
    if (answer.verdict === "unknown") return parts.notice("stillUnknown");
    if (answer.verdict !== "done") return parts.notice(rules.notice(answer.code));
    balance(answer.body.balance);
    parts.notice("charged");
    byId("order-button").focus();
  }

  // ---- the start ----

  function on(id, action) {
    byId(id).addEventListener("submit", (event) => {
      event.preventDefault();
      parts.busy(buttons, action);
    });
  }

  // A page that comes back from the browser's memory shows the past.
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  // An attempt that a form has made is the form's to repeat: it alone has its key.
  if (data.view === "pending") return;
  on("order", order);
  on("charge", charge);
  byId("order").addEventListener("input", tally);
  tally();
  if (data.who !== "" && pending()) {
    showPending(pending());
    parts.busy(buttons, order);
  }
})();
