"""The report of the line at full size in Markdown: the bars first."""

import argparse

from .line_size import ADMITTED, LOST, PICKED, SESSION_SECONDS, SLOW, SMALL, Line
from .load import CONNECTIONS, WARM_UP_SECONDS, Sample
from .report import FOREIGN_LIMIT, machine
from .row_report import verdict
from .streams import ADMISSIONS, ADMITTED_AT_ONCE, PAUSE_SECONDS, SETTLE_SECONDS

COST_BAR, BYTES_BAR, HOLD_BAR_MS = 1.3, 300, 5
GROWTH_BAR_MB, LAG_BAR_MS = 100, 1000


def render(line: Line, options: argparse.Namespace) -> str:
    parts = ["# The line at full size", "", _conditions(line, options), ""]
    foreign = max(line.small.foreign, line.large.foreign)
    if foreign > FOREIGN_LIMIT:
        parts += [f"**Others took up to {foreign:.0%} of the server's core: rerun.**", ""]
    parts += [_bars(line), "", "## What it costs", "", _costs(line), "", "## Machine", ""]
    return "\n".join([*parts, machine(options)]) + "\n"


def _conditions(line: Line, options: argparse.Namespace) -> str:
    return (
        f"`Benchmarks/run --parts line`: one loop and its Redis on core 0, the load on core 1. Two"
        f" rooms, {SMALL:,} and {line.count:,} waiting; {CONNECTIONS} connections ask where random"
        f" visitors stand, of the long line {PICKED:,} of them, {WARM_UP_SECONDS} s and then"
        f" {options.seconds} s measured. In both rooms everybody of those asked once before that: a"
        " first question writes a sign of life, and the next ones need not. Cost is CPU time of"
        " server and Redis together. Bytes are what Redis's used memory grew by, all told. Then"
        f" the long line's capacity is set to {ADMITTED:,} sessions of {SESSION_SECONDS} s; when"
        f" they have ended the next are in. Redis notes commands above {SLOW / 1000:.0f} ms"
        " (`SLOWLOG`). Another Redis is emptied"
        f" under a line of {LOST:,}, and everybody asks once. Last, live streams of a third:"
        f" {SETTLE_SECONDS} s after all are open, {ADMITTED_AT_ONCE} are admitted each"
        f" {PAUSE_SECONDS} s, {ADMISSIONS} times, and all others are told their new place."
    )


def _bars(line: Line) -> str:
    streams = line.streams
    rows = [
        (f"cost of a status, {line.count:,} / {SMALL:,} waiting", COST_BAR,
         _cost(line.large) / _cost(line.small), "{:.2f}"),
        ("bytes of Redis, a waiting visitor", BYTES_BAR, line.bytes_each, "{:.0f}"),
        ("slowest command of Redis, ms", HOLD_BAR_MS, max(line.slowest_ms.values()), "{:.1f}"),
        (f"MB that {streams.count:,} streams add to the server", GROWTH_BAR_MB,
         streams.growth / 2**20, "{:.0f}"),
        ("an admission is at its stream, p99 ms", LAG_BAR_MS, streams.lag.p99, "{:.0f}"),
    ]
    table = ["| bar | at most | got | |", "|---|--:|--:|---|"]
    for name, bar, got, form in rows:
        table.append(f"| {name} | {bar} | {form.format(got)} | {verdict(got <= bar)} |")
    return "\n".join(table)


def _costs(line: Line) -> str:
    rows = ["| what | |", "|---|--:|"]
    for count, sample in ((SMALL, line.small), (line.count, line.large)):
        rows.append(
            f"| status, {count:,} waiting | {sample.requests_per_second:,.0f}/s, server"
            f" {sample.server_cpu:.1f} us, Redis {sample.redis_cpu:.1f} us |"
        )
    for phase, slowest in line.slowest_ms.items():
        text = f"{slowest:.1f} ms" if slowest else f"below {SLOW / 1000:.0f} ms"
        rows.append(f"| slowest command while {phase} | {text} |")
    streams = line.streams
    rows += [
        f"| {ADMITTED:,} admitted of {line.count:,} | {line.admit_seconds:.2f} s |",
        f"| {ADMITTED:,} sessions ended, others admitted | {line.expire_seconds:.2f} s after |",
        f"| {LOST:,} of an emptied Redis back in line | {line.lost_seconds:.1f} s |",
        f"| of them at the same place | {line.same_order:,} |",
        f"| server before the streams, open, after | {streams.resident_before >> 20},"
        f" {streams.resident_open >> 20}, {streams.resident_after >> 20} MB |",
        f"| events to the streams | {streams.events_per_second:,.0f}/s |",
        f"| an admission is at its stream, p50 and most | {streams.lag.p50:.0f},"
        f" {streams.lag.max:.0f} ms |",
        f"| the server's core, Redis on it | {streams.cpu:.0%}, {streams.redis_cpu:.0%} |",
    ]
    return "\n".join(rows)


def _cost(sample: Sample) -> float:
    return sample.server_cpu + sample.redis_cpu
