"""The report of the rehearsals in Markdown: the bars first."""

import argparse
import statistics

from .journal import WINDOW_MS
from .rehearsal import CAPACITY, RATE, VISITORS, Rehearsed, flags
from .report import machine
from .row_report import verdict

ENTER_BAR_MS, REFILL_BAR_MS = 8, 100


def render(runs: list[Rehearsed], options: argparse.Namespace) -> str:
    parts = ["# A rehearsal", "", _conditions(runs), "", _bars(runs), ""]
    broken = sorted({code for run in runs for code in run.broken})
    if broken:
        parts += [f"**Broken: {', '.join(broken)}.**", ""]
    parts += ["## Rounds", "", _rounds(runs), "", "## What visitors found, last round", ""]
    parts += [_promises(runs[-1]), "", "## Machine", "", machine(options)]
    return "\n".join(parts) + "\n"


def _conditions(runs: list[Rehearsed]) -> str:
    return (
        f"`Benchmarks/run --parts rehearsal`: `onsale serve` with one loop, its own Redis (an"
        " append-only file) and SQLite on core 0, and on core 1 `onsale rehearse"
        f" {' '.join(flags())}`, in {len(runs)} rounds with a room each, medians of which count."
        " Enter is as the visitors' side sees it, from the request's hand-over to the answer's last"
        " byte, first connections with it. The figures of the room are from its journal in Redis,"
        " on Redis's clock, and from what visitors saw, whichever is worse. A slot is free when its"
        " visitor says so, and else at the hard end of the session; it is refilled when the room is"
        " as full again as capacity and rate allow. Looks are the operator's, one each 20 ms: of"
        " those that showed a line, how many showed a free place, and for how long at most."
        " Overtaken are visitors who kept polling and saw somebody go in who had come after them."
    )


def _bars(runs: list[Rehearsed]) -> str:
    enter = statistics.median(run.latency("enter", "p99Ms") for run in runs)
    refill = statistics.median(run.refill(0.99) for run in runs)
    over_capacity = max(0, *(run.most_inside - CAPACITY for run in runs))
    over_rate = max(0, *(run.most_in_window - RATE for run in runs))
    overtaken = sum("order" in run.broken for run in runs)
    rows = [
        (f"enter, p99 ms, {VISITORS:,} visitors", ENTER_BAR_MS, enter, "{:.1f}"),
        ("a free slot is refilled, p99 ms", REFILL_BAR_MS, refill, "{:.0f}"),
        (f"most inside over the capacity of {CAPACITY:,}", 0, over_capacity, "{}"),
        (f"most in {WINDOW_MS // 1000} s over the rate of {RATE:,}", 0, over_rate, "{}"),
        ("rounds in which somebody was overtaken", 0, overtaken, "{}"),
        ("promises broken", 0, sum(len(run.broken) for run in runs), "{}"),
    ]
    table = ["| bar | at most | got | |", "|---|--:|--:|---|"]
    for name, bar, got, form in rows:
        table.append(f"| {name} | {bar} | {form.format(got)} | {verdict(got <= bar)} |")
    return "\n".join(table)


def _rounds(runs: list[Rehearsed]) -> str:
    lines = [
        "| s | admitted | enter p50, p99, max ms | status p99 ms | refills, p99, max ms"
        " | looks, free, longest ms | most inside | most in 60 s | own loop late ms |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for run in runs:
        report, refills, places = run.report, run.finding.refills, run.report["freePlaces"]
        parts = ("p50Ms", "p99Ms", "maxMs")
        enter = ", ".join(f"{run.latency('enter', part):.1f}" for part in parts)
        cells = [
            f"{report['elapsedMs'] / 1000:.0f}", f"{run.finding.admissions:,}", enter,
            f"{run.latency('status', 'p99Ms'):.1f}",
            f"{len(refills):,}, {run.refill(0.99)}, {max(refills)}",
            f"{places['looks']:,}, {places['free']}, {places['longestMs']:.0f}",
            f"{run.most_inside:,}", f"{run.most_in_window:,}", f"{report['ownLagMaxMs']:.0f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _promises(run: Rehearsed) -> str:
    return "\n".join(
        f"- {promise['verdict']}: {promise['title']}: {promise['figures']}"
        for promise in run.report["promises"]
    )
