"""Measures servers side by side: start all, fill the rooms, interleaved rounds, report, stop."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from . import prepare, report, sale_report
from .check import check
from .failure import Failure
from .http import call, visitor
from .load import Sample, measure
from .process import LOAD_CORE
from .sales import run_sales
from .servers import ALL, Contestant, NginxReturn

ENDPOINTS = ("enter", "status", "admission")
PROGRAMS = ("redis-server", "taskset", "wrk")
PARTS = ("rooms", "sales")
ADMITTED = 1000


def main() -> int:
    options = _options()
    # They take the same way out as Ctrl-C: through everything that was promised to be ended.
    # Ctrl-C is set too: a shell that runs this in the background has it ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    try:
        texts = _run(options)
    except (Failure, OSError, subprocess.SubprocessError) as failure:
        print(f"\nFAILED: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        return 130
    print("\n".join(texts.values()))
    for part, file in (("rooms", options.out), ("sales", options.sales_out)):
        if file and part in texts:
            file.write_text(texts[part])
            _say(f"written to {file}")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="Benchmarks/run", description=__doc__)
    parser.add_argument("--rounds", type=_count, default=3, help="rounds; medians are reported")
    parser.add_argument("--seconds", type=_count, default=8, help="length of a measured run")
    parser.add_argument("--waiting", type=_count, default=100_000, help="visitors in the line")
    parser.add_argument("--only", type=_names, default=list(ALL), help=",".join(ALL))
    parser.add_argument("--parts", type=_parts, default=list(PARTS), help=",".join(PARTS))
    parser.add_argument("--out", type=Path, help="Markdown file of the rooms' report")
    parser.add_argument("--sales-out", type=Path, help="Markdown file of the sales' report")
    parser.add_argument("--port-base", type=_count, default=18080, help="first of five ports")
    return parser.parse_args()


def _run(options: argparse.Namespace) -> dict[str, str]:
    """-> the report of each part."""
    programs = PROGRAMS + (("nginx",) if "rooms" in options.parts else ())
    missing = [program for program in programs if not shutil.which(program)]
    if missing:
        raise Failure(f"not installed: {', '.join(missing)}")
    if (os.cpu_count() or 1) < 2:
        raise Failure("two cores are needed: one for the servers, one for the load")
    os.sched_setaffinity(0, {LOAD_CORE})
    texts: dict[str, str] = {}
    for part in options.parts:
        with tempfile.TemporaryDirectory(prefix="onsale-bench-") as folder:
            texts[part] = {"rooms": _rooms, "sales": _sales}[part](options, Path(folder))
    return texts


def _rooms(options: argparse.Namespace, folder: Path) -> str:
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


def _sales(options: argparse.Namespace, folder: Path) -> str:
    sales = run_sales(folder, options.port_base + len(ALL), options.rounds, options.seconds)
    return sale_report.render(sales, options)


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
        _say(f"{contestant.name}: {filled} after {time.monotonic() - began:.1f} s")
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
    _say(
        f"round {number}/{options.rounds}  {contestant.name:<13}{endpoint:<10}"
        f"{sample.requests_per_second:>9,.0f}/s  p50 {sample.p50 / 1000:.2f} ms"
        f"  p99 {sample.p99 / 1000:.2f} ms  wrk {sample.load_core:.0%}"
        f"  others {sample.foreign:.0%}"
    )
    return sample


def _say(text: str) -> None:
    """Progress goes to stderr: stdout holds the report and nothing else."""
    print(text, file=sys.stderr, flush=True)


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return value


def _names(text: str) -> list[str]:
    return _known(text, list(ALL))


def _parts(text: str) -> list[str]:
    return _known(text, list(PARTS))


def _known(text: str, known: list[str]) -> list[str]:
    names = text.split(",")
    unknown = [name for name in names if name not in known]
    if unknown:
        raise argparse.ArgumentTypeError(f"{unknown[0]}: known are {', '.join(known)}")
    return names
