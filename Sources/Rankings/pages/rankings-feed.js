// Where the page of rankings hears what changes: one stream or one poll at a time, none while the
// tab is hidden. Polling stands in where the stream fails; after some that went well the stream is
// tried again.
"use strict";

const onsaleRankingsFeed = ({ rules, calls, takeConcerts, takeProducts, connection }) => {
  // A stream that died without a word looks like one where nothing happens.
  const silenceMaxMs = 120_000;
  // Polls that must go well before a stream that failed is tried again.
  const pollsBeforeStream = 3;

  let run = 0; // an answer to an older run comes too late and is dropped
  let stream = null;
  let timer = 0;
  let goodPolls = 0;
  let failures = 0;

  function stop() {
    run += 1;
    stream?.close();
    clearTimeout(timer);
    stream = null;
  }

  function later(ms, what) {
    stop();
    if (!document.hidden) timer = setTimeout(what, rules.jittered(ms));
  }

  function follow() {
    stop();
    if (document.hidden) return;
    goodPolls = 0;
    stream = new EventSource("/api/v1/rankings/events");
    const on = (name, take, read) =>
      stream.addEventListener(name, (event) => {
        failures = 0;
        connection("");
        watch();
        take(read(JSON.parse(event.data)));
      });
    on("concerts", takeConcerts, rules.concerts);
    on("products", takeProducts, rules.products);
    stream.onerror = () => later(rules.pollMs({ failures, askedMs: 0 }), poll);
    watch();
  }

  function watch() {
    clearTimeout(timer);
    timer = setTimeout(refresh, rules.jittered(silenceMaxMs));
  }

  async function poll() {
    stop();
    if (document.hidden) return;
    const mine = run;
    const answers = await Promise.all([
      calls.call("GET", "/api/v1/concerts/ranking"),
      calls.call("GET", "/api/v1/products/popular"),
    ]);
    if (mine !== run) return;
    const read = [rules.concerts, rules.products];
    const lists = answers.map(({ status, body }, i) => (status === 200 ? read[i](body) : null));
    takeConcerts(lists[0]);
    takeProducts(lists[1]);
    const isGood = lists.every((list) => list !== null);
    failures = isGood ? 0 : failures + 1;
    goodPolls = isGood ? goodPolls + 1 : 0;
    const isLost = answers.some(({ status }) => status === 0);
    connection(isGood ? "" : isLost ? "connectionLost" : "unavailable");
    if (goodPolls >= pollsBeforeStream) return follow();
    const askedMs = Math.max(...answers.map((answer) => answer.askedMs));
    later(rules.pollMs({ failures, askedMs }), poll);
  }

  // Asks at once, and listens again if that goes well.
  function refresh() {
    goodPolls = pollsBeforeStream - 1;
    poll();
  }

  return { follow, poll, refresh, stop };
};
