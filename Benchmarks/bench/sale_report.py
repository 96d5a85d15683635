"""The report of the sales in Markdown: the bars first, then what they rest on."""

import argparse
import statistics

from .postgres import CLIENTS, SCALE, Postgres, program
from .report import machine, version
from .rounds import CONNECTIONS, HALF_CONNECTIONS, PROTOCOLS, tpcb_name
from .row_report import audits, every_round, median, ratios, table, verdict, warnings
from .sale_load import FREE, PINNED
from .sales import WARM_UP, Sales
from .seat_map import CHANGES, HELD, SEATS

PURCHASES_BAR = 3000
ENTRIES_BAR = 5.0
PAYMENT_P99_BAR_MS = 50
MAP_BAR_MS = 30


def render(sales: Sales, options: argparse.Namespace) -> str:
    peers = {protocol: tpcb_name(protocol) for protocol in PROTOCOLS}
    parts = ["# Sales", "", _conditions(options), "", *warnings(sales), _bars(sales), ""]
    parts += ["## PostgreSQL", "", _postgres_text(), ""]
    parts += [table(sales, [*peers.values(), *_payments()]), ""]
    parts += [ratios(sales, "payments", _payments(), peers), "", "## SQLite", "", _sqlite_text()]
    parts += ["", table(sales, _sqlite_names()), "", "## Seat map", "", _map_text(sales), ""]
    parts += [_map(sales), "", "## Every round", "", every_round(sales), "", "## Audit", ""]
    parts += [audits(sales, "after every round on both. After the last"), ""]
    parts += ["## Machine", "", machine(options), f"- {version(program('postgres'), '--version')}"]
    return "\n".join(parts) + "\n"


def _conditions(options: argparse.Namespace) -> str:
    return (
        f"Everything in one run: {options.rounds} rounds, the rows in turns, {options.seconds} s"
        " each; medians. *Pinned*: Onsale with one loop, its Redis and PostgreSQL (or the program"
        " that makes single commits) have core 0; wrk or pgbench has core 1. *Free*: all of them"
        " have both cores. A payment is of one seat, by one of 10,000 users, with a key of its own,"
        " over HTTP with keep-alive; a purchase is a hold and its payment. The ledgers are on one"
        " disk; Redis writes nothing. One answer that is not the expected one fails the run, and"
        " so does a seat that was paid for and is not in the ledger. Holds, charges and the first"
        f" {WARM_UP:,} payments of each row are made before it is measured; the relay of the"
        " outbox runs all the time and is in the figures."
    )


def _bars(sales: Sales) -> str:
    rows = ["| bar | asked | got | |", "|---|--:|--:|---|"]
    for connections in (CLIENTS, CONNECTIONS):
        for placement in (PINNED, FREE):
            ratio = sales.ratio(
                f"payments, {connections} connections", tpcb_name("simple"), placement
            )
            rows.append(
                f"| payments on PostgreSQL / pgbench tpcb-like, {connections} connections,"
                f" {placement.name} | 1.0 | {ratio:.2f} | {verdict(ratio >= 1)} |"
            )
    for connections in (CONNECTIONS, HALF_CONNECTIONS):
        ratio = sales.ratio(f"entries, {connections} connections", "single commits", PINNED)
        rows.append(
            f"| SQLite: entries of one row / single commits, {connections} connections"
            f" | {ENTRIES_BAR:.0f} | {ratio:.1f} | {verdict(ratio >= ENTRIES_BAR)} |"
        )
    for placement in (PINNED, FREE):
        rate = sales.rate("purchases", placement)
        rows.append(
            f"| SQLite: purchases/s, {placement.name} | {PURCHASES_BAR:,} | {rate:,.0f}"
            f" | {verdict(rate >= PURCHASES_BAR)} |"
        )
    p99 = median(sales.runs["payments, half load", PINNED.name], "p99")
    rows.append(
        f"| SQLite: p99 of a payment at half load, ms | < {PAYMENT_P99_BAR_MS} | {p99:.1f}"
        f" | {verdict(p99 < PAYMENT_P99_BAR_MS)} |"
    )
    worst = statistics.median(run.changed.p99 for run in sales.maps)
    rows.append(
        f"| map of {SEATS:,} seats after a change, built and sent, p99, ms | < {MAP_BAR_MS}"
        f" | {worst:.1f} | {verdict(worst < MAP_BAR_MS)} |"
    )
    return "\n".join(rows)


def _postgres_text() -> str:
    settings = " ".join(Postgres.settings)
    return (
        f"A private cluster with stock settings (`{settings}` and its socket's folder are all that"
        " is given), so `fsync`, `synchronous_commit` and `full_page_writes` are on and"
        f" `shared_buffers` is 128 MB. pgbench's tables have scale {SCALE}; it runs its built-in"
        f" tpcb-like with {CLIENTS} clients in one thread, on the Unix socket that Onsale uses too."
        " `simple` is pgbench's default protocol; `prepared` saves the server the parsing, as Onsale"
        " does. Onsale shares a commit between the payments that wait; Redis and Onsale's own work"
        " are on the same cores."
    )


def _sqlite_text() -> str:
    return (
        "`journal_mode = wal`, `synchronous = full`. *Single commits*: Python's sqlite3 on the same"
        " library with the same pragmas, one row a transaction. *Entries*: the same row through"
        " Onsale, `PUT` of a new concert, over HTTP. *Half load*: payments from"
        f" {HALF_CONNECTIONS} connections with exponential pauses in front of each, so long that"
        " half of the rate results that the round's payments had; latency is from the sending of a"
        " request, without its pause."
    )


def _map_text(sales: Sales) -> str:
    return (
        f"{SEATS:,} seats, {HELD:,} of them held: {sales.maps[0].bytes:,} bytes of JSON,"
        f" uncompressed. {CHANGES} times a round on one connection: a hold, then the map (asked"
        " with the old tag, so it is built and sent), the map again (sent), the map with its tag"
        " (304). From the sending of a request to the last byte, as a client on the other core"
        " sees it; its own reading is in it."
    )


def _payments() -> list[str]:
    return [f"payments, {count} connections" for count in (CLIENTS, CONNECTIONS)]


def _sqlite_names() -> list[str]:
    names = ["single commits"]
    names += [f"entries, {count} connections" for count in (CONNECTIONS, HALF_CONNECTIONS)]
    return names + ["payments", "payments, half load", "purchases"]


def _map(sales: Sales) -> str:
    rows = ["| | p50 ms | p99 ms | max ms |", "|---|--:|--:|--:|"]
    kinds = {
        "changed": "after a change: built and sent",
        "unchanged": "unchanged: sent",
        "not_modified": "known: 304",
    }
    for name, title in kinds.items():
        latencies = [getattr(run, name) for run in sales.maps]
        cells = [
            f"{statistics.median(getattr(latency, field) for latency in latencies):.2f}"
            for field in ("p50", "p99", "max")
        ]
        rows.append(f"| {title} | {' | '.join(cells)} |")
    return "\n".join(rows)
