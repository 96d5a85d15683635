// The calls of the seat page, for seats.js.
"use strict";

const onsaleSeatCalls = ({ data, rules }) => {
  const performanceURL = `/api/v1/performances/${encodeURIComponent(data.performance)}`;
  const calls = onsaleCalls({
    scope: data.performance,
    rules,
  });
  const { call, once } = calls;

  return {
    ...calls,
    seats: (tag) =>
      call("GET", `${performanceURL}/seats`, { headers: tag ? { "If-None-Match": tag } : {} }),
    hold: (seats) => call("POST", `${performanceURL}/holds`, { body: { seats } }),
    release: (hold) => call("DELETE", `/api/v1/holds/${encodeURIComponent(hold)}`),
    pay: (hold, onAgain) => once("pay", "/api/v1/payments", { hold }, onAgain),
  };
};
