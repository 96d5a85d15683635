"""The rooms' part of a run: all contestants started, their rooms filled, interleaved rounds."""

import argparse
import time
from contextlib import ExitStack
from pathlib import Path

from . import prepare, report
from .check import check
from .http import call, visitor
from .load import Sample, measure
from .progress import say
from .servers import ALL, Contestant, NginxReturn

ENDPOINTS = ("enter", "status", "admission")
ADMITTED = 1000


def run_rooms(options: argparse.Namespace, folder: Path) -> str:
    """-> the report."""
    samples: dict[tuple[str, str], list[Sample]] = {}
    with ExitStack() as stack:
        rooms = _start(options, folder, stack)
        for number in range(1, options.rounds + 1):
            for contestant, visitors in rooms.items():
                for endpoint in ENDPOINTS if contestant.has_rooms else ("status",):
                    if endpoint == "enter":
                        visitors["enter"] = prepare.entrance(contestant, number)
                    sample = _measured(contestant, endpoint, visitors, options, number)
                    samples.setdefault((contestant.name, endpoint), []).append(sample)
        bodies = {contestant.name: len(contestant.body) for contestant in rooms}
    return report.render(samples, options, ADMITTED, bodies)


def _start(
    options: argparse.Namespace, folder: Path, stack: ExitStack
) -> dict[Contestant, dict[str, prepare.Visitors]]:
    """Starts and fills. The constant comes last: it repeats a real status answer."""
    contestants = [
        kind(folder, options.port_base + number)
        for number, (name, kind) in enumerate(ALL.items())
        if name in options.only
    ]
    rooms: dict[Contestant, dict[str, prepare.Visitors]] = {c: {} for c in contestants}
    body = ""
    for contestant in sorted(contestants, key=lambda c: not c.has_rooms):
        # Before the start, so that a half-started contestant is ended too.
        stack.callback(contestant.stop)
        if isinstance(contestant, NginxReturn):
            contestant.body = body or contestant.body
            contestant.start()
            rooms[contestant]["status"] = prepare.synthetic(contestant, options.waiting)
            continue
        contestant.start()
        began = time.monotonic()
        line = prepare.line(contestant, options.waiting)
        rooms[contestant] = {"status": line, "admission": prepare.admitted(contestant, ADMITTED)}
        filled = f"{options.waiting:,} waiting, {ADMITTED:,} inside"
        say(f"{contestant.name}: {filled} after {time.monotonic() - began:.1f} s")
        user, ticket = line.pairs[len(line.pairs) // 2]
        path = f"/api/v1/rooms/{line.room}/tickets/me"
        body = call(contestant.port, "GET", path, visitor(user, ticket)).body.decode()
        contestant.body = body
    return rooms


def _measured(contestant, endpoint, visitors, options, number) -> Sample:
    tag = f"n{number}"
    if contestant.has_rooms:
        check(contestant, endpoint, visitors[endpoint], f"{tag}before")
    sample = measure(contestant, endpoint, visitors[endpoint], options.seconds, tag)
    if contestant.has_rooms:
        check(contestant, endpoint, visitors[endpoint], f"{tag}after")
    say(
        f"round {number}/{options.rounds}  {contestant.name:<13}{endpoint:<10}"
        f"{sample.requests_per_second:>9,.0f}/s  p50 {sample.p50 / 1000:.2f} ms"
        f"  p99 {sample.p99 / 1000:.2f} ms  wrk {sample.load_core:.0%}"
        f"  others {sample.foreign:.0%}"
    )
    return sample
