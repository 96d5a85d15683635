"""Says what a crowd before one room takes, and which part is full first.

A simulation of the crowd, second by second, and a table of measured costs (Benchmarks/scale.json,
where each figure names the command that measured it). docs/scale.md says what it leaves out.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from . import scale_check, scale_table
from .carry import FILE, Carried, Costs, House, carry
from .crowd import Night, play
from .failure import Failure
from .progress import say

COUNT_MAX, DAY = 10**9, 86_400
SIZES = (10_000, 100_000, 1_000_000, 10_000_000)


def main() -> int:
    options = _options()
    try:
        if options.check:
            return scale_check.main()
        if options.measure:
            return _measure(options)
        if options.rehearse:
            return _rehearse(options)
        results = [_carried(people, options) for people in options.people]
    except (Failure, OSError, subprocess.SubprocessError) as failure:
        print(f"FAILED: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        return 130
    show = scale_table.as_json if options.json else scale_table.as_text
    print(show(results, options.hours, options.price), end="")
    return 0


def _carried(people: int, options: argparse.Namespace) -> Carried:
    costs = Costs.read(options.costs)
    night = replace(_night(options), people=people)
    night = replace(night, admissions_max=costs.value("admissions.max"))
    loops = options.processes and options.processes * options.threads
    house = House(loops=loops, fill=options.fill, threads=options.threads)
    say(f"{people:,} people ...")
    return carry(play(night), costs, house)


def _night(options: argparse.Namespace) -> Night:
    return Night(
        people=0,
        seed=options.seed,
        early_part=options.early,
        spike_part=options.spike,
        early=options.early_seconds,
        spike=options.spike_seconds,
        tail=options.tail_seconds,
        rate=options.rate,
        capacity=options.capacity,
        streams=options.streams,
        leavers=options.leavers,
        stay=options.stay,
        seats=options.seats,
        basket=options.basket,
        buyers=options.buyers,
        map_poll=options.map_poll,
        end=options.end,
    )


def _measure(options: argparse.Namespace) -> int:
    from .scale_costs import measure_costs, require_programs
    from .scale_redis import measure_redis

    require_programs()
    table = json.loads(FILE.read_text())
    for measure in (measure_redis, measure_costs):
        with tempfile.TemporaryDirectory(prefix="onsale-scale-") as folder:
            table["costs"] |= measure(Path(folder), options.port, options.binary)
    options.measure.write_text(json.dumps(table, indent=2) + "\n")
    say(f"written to {options.measure}")
    return 0


def _rehearse(options: argparse.Namespace) -> int:
    from .scale_rehearsal import compare

    with tempfile.TemporaryDirectory(prefix="onsale-scale-") as folder:
        print(compare(Path(folder), options.port, options.binary), end="")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="Benchmarks/scale",
        usage="Benchmarks/scale [--people N,N,...] [flags]",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    night = Night(0)
    add("--people", type=_numbers, default=list(SIZES), help="how many come; N or N,N,...")
    add("--rate", type=_limit, default=night.rate, help="admissions in 60 s, or none (6000)")
    add("--capacity", type=_limit, default=None, help="most inside, or none (none)")
    add("--streams", type=_part, default=0.0, help="part that listens to a stream (0)")
    add("--leavers", type=_part, default=night.leavers, help="part that gives up in line (0.2)")
    add("--early", type=_part, default=night.early_part, help="part that comes before (0.3)")
    add("--spike", type=_part, default=night.spike_part, help="part that comes with it (0.4)")
    add("--early-seconds", type=_seconds, default=night.early, help="how long before (600)")
    add("--spike-seconds", type=_seconds, default=night.spike, help="how long the rush is (60)")
    add("--tail-seconds", type=_seconds, default=night.tail, help="in which the rest come (1200)")
    add("--stay", type=_seconds, default=night.stay, help="mean seconds inside (90)")
    add("--seats", type=_number, default=night.seats, help="seats to sell; 0: no sale (50000)")
    add("--basket", type=_count, default=night.basket, help="seats of a payment (2)")
    add("--buyers", type=_part, default=night.buyers, help="part of those inside that buys (0.8)")
    add("--map-poll", type=_seconds, default=night.map_poll, help="s between looks at the map (4)")
    add("--end", type=_seconds, default=night.end, help="seconds after the opening, at most (7200)")
    add("--seed", type=_number, default=night.seed, help="of the arrivals (1)")
    add("--processes", type=_count, help="how many serve; default: as many loops as it takes")
    add("--threads", type=_count, default=8, help="loops of a process (8)")
    add("--fill", type=_part, default=0.7, help="of a core, how much is to be used at most (0.7)")
    add("--hours", type=_count, default=4, help="for which the machines run (4)")
    add("--price", type=_price, help="of one core for an hour, to have the night's")
    add("--costs", type=Path, default=FILE, help="another table of costs")
    add("--json", action="store_true", help="print JSON, a list with an object for each size")
    add("--check", action="store_true", help="hold the arithmetic against cases worked by hand")
    add("--rehearse", action="store_true", help="play a crowd and rehearse it on a real server")
    add("--measure", type=Path, metavar="FILE", help="measure the costs anew, and write the table")
    add("--binary", type=Path, help="the program for both; default: the release build")
    add("--port", type=_count, default=18190, help="its port (18190)")
    options = parser.parse_args()
    if options.early + options.spike > 1:
        parser.error("--early and --spike together are more than everybody")
    if options.fill <= 0:
        parser.error("--fill must be above 0")
    return options


def _whole(text: str, least: int, most: int) -> int:
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number from {least} to {most:,}")
    return int(text)


def _number(text: str) -> int:
    return _whole(text, 0, COUNT_MAX)


def _count(text: str) -> int:
    return _whole(text, 1, COUNT_MAX)


def _seconds(text: str) -> int:
    return _whole(text, 1, DAY)


def _numbers(text: str) -> list[int]:
    return [_count(part) for part in text.split(",")]


def _limit(text: str) -> int | None:
    return None if text == "none" else _number(text)


def _part(text: str) -> float:
    return _between(text, 0, 1)


def _price(text: str) -> float:
    return _between(text, 0, COUNT_MAX)


def _between(text: str, least: float, most: float) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        raise argparse.ArgumentTypeError(f"{text} is not a number from {least} to {most:,}")
    return value
