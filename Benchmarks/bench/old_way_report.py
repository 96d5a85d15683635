"""The report of the old way beside the new in Markdown: the bar first, then what it rests on."""

import argparse
import statistics

from .old_way import (
    INSIDE, NEW, OLD, OPEN, SATURATED, SECONDS, STEADY, STEADY_RATE, STEADY_VISITORS, WARM_UP,
    OldWay, row,
)
from .postgres import program
from .report import machine, version
from .rounds import CONNECTIONS
from .row_report import audits, every_round, median, table, verdict, warnings
from .sale_load import PINNED

# Where the field has published this change: 19.09 ms to 2.93 ms.
BAR = 6.5
KINDS = (STEADY, SATURATED, OPEN)


def render(rows: OldWay, options: argparse.Namespace) -> str:
    names = [row(who, kind) for kind in KINDS for who in (OLD, NEW)]
    parts = ["# The old way", "", _conditions(options), "", *warnings(rows), _bar(rows), ""]
    parts += ["## Latency", "", _kinds_text(rows), "", _latencies(rows), ""]
    parts += ["## What PostgreSQL was asked for", "", _counted_text(), "", _counted(rows), ""]
    parts += ["## Cost", "", _cost_text(rows), "", table(rows, names), ""]
    parts += ["## Every round", "", "Visitors a second:", "", every_round(rows), ""]
    parts += ["## Audit", "", audits(rows, "after every round. After the last"), ""]
    parts += ["## Machine", "", machine(options), f"- {version(program('postgres'), '--version')}"]
    return "\n".join(parts) + "\n"


def _conditions(options: argparse.Namespace) -> str:
    return (
        "The *old way* (`Benchmarks/sql-queue`) is a waiting room as the field built it before"
        " Redis: a table of tokens, the position by `count(*)` of the earlier rows, a scheduler"
        " that admits each 100 ms under a row lock, seats held under theirs, a transaction a"
        " request on a pool of 10 connections. It has Onsale's HTTP server and driver, one loop,"
        " and its statements need one round trip a request, which the usual service does not"
        f" reach. Both are on one PostgreSQL, in one run: {options.rounds} rounds, in turns;"
        f" medians. All servers have core 0, wrk has core 1: {CONNECTIONS} connections, keep-alive."
        " Half of the requests are visitors who enter, half are visitors inside who hold a seat,"
        " each a seat of their own. One answer that is not the expected one fails the run; so does"
        " a seat that was answered and is not held, or a newcomer who does not stand behind all"
        " who wait."
    )


def _bar(rows: OldWay) -> str:
    ratio = _mean(rows, OLD, SATURATED) / _mean(rows, NEW, SATURATED)
    return (
        "| bar | asked | got | |\n|---|--:|--:|---|\n"
        f"| mean latency at saturation, old way / Onsale | {BAR} | {ratio:.1f}"
        f" | {verdict(ratio >= BAR)} |"
    )


def _kinds_text(rows: OldWay) -> str:
    ends = {who: _done(rows, who, SATURATED) + WARM_UP for who in (OLD, NEW)}
    return (
        f"*{STEADY}*: {2 * STEADY_VISITORS:,} responses at {STEADY_RATE} requests a second, after"
        " exponential pauses. *Saturated*: the next request as soon as one is answered, for"
        f" {SECONDS} s. In both the room is full ({INSIDE:,} inside), so that who enters waits and"
        f" is told the position. {WARM_UP:,} wait at the start; at the end of *saturated* it is"
        f" {ends[OLD]:,} at the old way and {ends[NEW]:,} at Onsale, which took in so many more in"
        " the time. *All get in*: the room is never full, so that there is next to nothing to"
        " count, and visitors hold a seat after they were admitted: by the scheduler's next"
        " round, or in Onsale by the call that lets them enter."
    )


def _latencies(rows: OldWay) -> str:
    lines = [
        "| | requests/s | mean ms | p50 ms | p99 ms | old way / Onsale, mean | p99 |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for kind in KINDS:
        for who in (OLD, NEW):
            runs = rows.runs[row(who, kind), PINNED.name]
            times = [f"{median(runs, name):.2f}" for name in ("mean", "p50", "p99")]
            ratio = ["", ""]
            if who == NEW:
                old = rows.runs[row(OLD, kind), PINNED.name]
                ratio = [
                    f"{median(old, name) / median(runs, name):.1f}" for name in ("mean", "p99")
                ]
            cells = [f"{2 * median(runs, 'rate'):,.0f}", *times, *ratio]
            lines.append(f"| {row(who, kind)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _counted_text() -> str:
    return (
        "Transactions are of `pg_stat_database`, statements of `pg_stat_statements`, each in the"
        " server's own database, from 2.2 s before a row to 2.2 s after it (PostgreSQL tells them"
        " late). What the servers do by themselves is in it: the old way's scheduler, two"
        " transactions each 100 ms, and Onsale's copying of admissions, its relay and its leases."
    )


def _counted(rows: OldWay) -> str:
    lines = [
        "| | responses | transactions | statements | transactions for 1,000 responses"
        " | statements for 1,000 responses |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for kind in KINDS:
        for who in (OLD, NEW):
            counted = rows.counted[row(who, kind)]
            responses = 2 * _done(rows, who, kind)
            sums = [
                statistics.median(getattr(one, name) for one in counted)
                for name in ("transactions", "statements")
            ]
            cells = [f"{responses:,}", *(f"{count:,.0f}" for count in sums)]
            cells += [f"{count * 1000 / responses:,.0f}" for count in sums]
            lines.append(f"| {row(who, kind)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cost_text(rows: OldWay) -> str:
    ratios = (f"{_cost(rows, OLD, kind) / _cost(rows, NEW, kind):.1f} *{kind}*" for kind in KINDS)
    return (
        "CPU time for a visitor who enters and one who holds, two responses; *a second* are such"
        f" pairs. Old way / Onsale, all programs together: {'; '.join(ratios)}."
    )


def _cost(rows: OldWay, who: str, kind: str) -> float:
    runs = rows.runs[row(who, kind), PINNED.name]
    return statistics.median(sum(run.cpu.values()) for run in runs)


def _mean(rows: OldWay, who: str, kind: str) -> float:
    return median(rows.runs[row(who, kind), PINNED.name], "mean")


def _done(rows: OldWay, who: str, kind: str) -> int:
    return round(median(rows.runs[row(who, kind), PINNED.name], "done"))
