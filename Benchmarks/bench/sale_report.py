"""The report of the sales in Markdown: the bars first, then what they rest on."""

import argparse
import statistics

from .postgres import CLIENTS, SCALE, Postgres, program
from .report import FOREIGN_LIMIT, machine, version
from .sale_load import FREE, PINNED, Placement, Run
from .sales import CONNECTIONS, HALF_CONNECTIONS, WARM_UP, Sales
from .seat_map import CHANGES, HELD, SEATS

PURCHASES_BAR = 3000
ENTRIES_BAR = 5.0
PAYMENT_P99_BAR_MS = 50
MAP_BAR_MS = 30


def render(sales: Sales, options: argparse.Namespace) -> str:
    parts = ["# Sales", "", _conditions(options), "", _warning(sales), _bars(sales), ""]
    parts += ["## PostgreSQL", "", _postgres_text(), "", _table(sales, _postgres_names()), ""]
    parts += [_ratios(sales), "", "## SQLite", "", _sqlite_text(), ""]
    parts += [_table(sales, _sqlite_names()), "", "## Seat map", "", _map_text(sales), ""]
    parts += [_map(sales), "", "## Every round", "", _rounds(sales), "", "## Audit", ""]
    parts += [_audits(sales), "", "## Machine", "", machine(options)]
    parts += [f"- {version(program('postgres'), '--version')}"]
    return "\n".join(part for part in parts if part is not None) + "\n"


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
    simple = f"pgbench, simple, {CLIENTS} clients"
    rows = ["| bar | asked | got | |", "|---|--:|--:|---|"]
    for connections in (CLIENTS, CONNECTIONS):
        for placement in (PINNED, FREE):
            ratio = _ratio(sales, f"payments, {connections} connections", simple, placement)
            rows.append(
                f"| payments on PostgreSQL / pgbench tpcb-like, {connections} connections,"
                f" {placement.name} | 1.0 | {ratio:.2f} | {_verdict(ratio >= 1)} |"
            )
    for connections in (CONNECTIONS, HALF_CONNECTIONS):
        ratio = _ratio(sales, f"entries, {connections} connections", "single commits", PINNED)
        rows.append(
            f"| SQLite: entries of one row / single commits, {connections} connections"
            f" | {ENTRIES_BAR:.0f} | {ratio:.1f} | {_verdict(ratio >= ENTRIES_BAR)} |"
        )
    for placement in (PINNED, FREE):
        rate = sales.rate("purchases", placement)
        rows.append(
            f"| SQLite: purchases/s, {placement.name} | {PURCHASES_BAR:,} | {rate:,.0f}"
            f" | {_verdict(rate >= PURCHASES_BAR)} |"
        )
    p99 = _median(sales.runs["payments, half load", PINNED.name], "p99")
    rows.append(
        f"| SQLite: p99 of a payment at half load, ms | < {PAYMENT_P99_BAR_MS} | {p99:.1f}"
        f" | {_verdict(p99 < PAYMENT_P99_BAR_MS)} |"
    )
    worst = statistics.median(run.changed.p99 for run in sales.maps)
    rows.append(
        f"| map of {SEATS:,} seats after a change, built and sent, p99, ms | < {MAP_BAR_MS}"
        f" | {worst:.1f} | {_verdict(worst < MAP_BAR_MS)} |"
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


def _postgres_names() -> list[str]:
    names = [f"pgbench, {protocol}, {CLIENTS} clients" for protocol in ("simple", "prepared")]
    return names + [f"payments, {count} connections" for count in (CLIENTS, CONNECTIONS)]


def _sqlite_names() -> list[str]:
    names = ["single commits"]
    names += [f"entries, {count} connections" for count in (CONNECTIONS, HALF_CONNECTIONS)]
    return names + ["payments", "payments, half load", "purchases"]


def _table(sales: Sales, names: list[str]) -> str:
    rows = [
        "| | cores | a second | p50 ms | p99 ms | server us | Redis us | PostgreSQL us"
        " | load, cores |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for placement in (PINNED, FREE):
        for name in names:
            runs = sales.runs.get((name, placement.name))
            if runs:
                rows.append(f"| {name} | {placement.name} | {_cells(runs)} |")
    return "\n".join(rows)


def _cells(runs: list[Run]) -> str:
    def cpu(program: str) -> str:
        values = [run.cpu[program] for run in runs if program in run.cpu]
        return f"{statistics.median(values):.0f}" if values else ""

    has_latency = any(run.p99 for run in runs)
    latency = [f"{_median(runs, name):.2f}" if has_latency else "" for name in ("p50", "p99")]
    share = _median(runs, "of_full")
    rate = f"{_median(runs, 'rate'):,.0f}" + (f" ({share:.0%} of full)" if share != 1 else "")
    programs = [cpu(name) for name in ("server", "Redis", "PostgreSQL")]
    load = f"{_median(runs, 'load'):.2f}" if any(run.load for run in runs) else ""
    return " | ".join([rate, *latency, *programs, load])


def _ratios(sales: Sales) -> str:
    protocols = ("simple", "prepared")
    rows = ["| payments / pgbench | cores | simple | prepared |", "|---|---|--:|--:|"]
    for placement in (PINNED, FREE):
        for connections in (CLIENTS, CONNECTIONS):
            name = f"payments, {connections} connections"
            peers = [f"pgbench, {protocol}, {CLIENTS} clients" for protocol in protocols]
            cells = [f"{_ratio(sales, name, peer, placement):.2f}" for peer in peers]
            rows.append(f"| {name} | {placement.name} | {' | '.join(cells)} |")
    return "\n".join(rows)


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


def _rounds(sales: Sales) -> str:
    return "\n".join(
        f"- {placement} {name}: {', '.join(f'{run.rate:,.0f}' for run in runs)}"
        for (name, placement), runs in sales.runs.items()
    )


def _audits(sales: Sales) -> str:
    lines = ["`onsale audit` held after every round on both. After the last:"]
    for name, said in sales.audits.items():
        lines += ["", f"`{name}`", "", *(f"- {line.removeprefix('ok').strip()}" for line in said)]
    return "\n".join(lines)


def _warning(sales: Sales) -> str | None:
    worst = max(
        run.foreign
        for (_, placement), runs in sales.runs.items()
        for run in runs
        if placement == PINNED.name
    )
    if worst <= FOREIGN_LIMIT:
        return None
    return (
        f"**Not a quiet machine:** others took up to {worst:.0%} of the servers' core in a row."
        " Do not quote these figures.\n"
    )


def _verdict(is_met: bool) -> str:
    return "met" if is_met else "**missed**"


def _ratio(sales: Sales, name: str, peer: str, placement: Placement) -> float:
    return sales.rate(name, placement) / sales.rate(peer, placement)


def _median(runs: list[Run], field: str) -> float:
    return statistics.median(getattr(run, field) for run in runs)
