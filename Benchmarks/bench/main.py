"""Measures servers side by side: part after part, each in a folder and with servers of its own."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from . import coupon_report, line_report, old_way_report, ranking_report, rehearsal_report
from . import sale_report
from .coupons import run_coupons
from .failure import Failure
from .line_size import run_line
from .old_way import run_old_way
from .process import LOAD_CORE
from .progress import say
from .rankings import run_rankings
from .rehearsal import run_rehearsal
from .rooms import run_rooms
from .sales import run_sales
from .servers import ALL

PROGRAMS = ("redis-server", "taskset", "wrk")
PARTS = ("rooms", "sales", "coupons", "rankings", "old-way", "line", "rehearsal")


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
    files = {"rooms": options.out, "sales": options.sales_out, "coupons": options.coupons_out}
    files |= {"rankings": options.rankings_out, "old-way": options.old_way_out}
    files |= {"line": options.line_out, "rehearsal": options.rehearsal_out}
    for part, file in files.items():
        if file and part in texts:
            file.write_text(texts[part])
            say(f"written to {file}")
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
    parser.add_argument("--coupons-out", type=Path, help="Markdown file of the coupons' report")
    parser.add_argument("--rankings-out", type=Path, help="Markdown file of the rankings' report")
    parser.add_argument("--old-way-out", type=Path, help="Markdown file of the old way's report")
    parser.add_argument("--line-out", type=Path, help="Markdown file of the long line's report")
    parser.add_argument("--rehearsal-out", type=Path, help="Markdown file of the rehearsal's")
    parser.add_argument("--million", type=_count, default=1_000_000, help="the long line")
    parser.add_argument("--port-base", type=_count, default=18080, help="first of eight ports")
    return parser.parse_args()


def _run(options: argparse.Namespace) -> dict[str, str]:
    """-> the report of each part."""
    with_nginx = {"rooms", "rankings"} & set(options.parts)
    programs = PROGRAMS + (("nginx",) if with_nginx else ())
    missing = [program for program in programs if not shutil.which(program)]
    if missing:
        raise Failure(f"not installed: {', '.join(missing)}")
    if (os.cpu_count() or 1) < 2:
        raise Failure("two cores are needed: one for the servers, one for the load")
    os.sched_setaffinity(0, {LOAD_CORE})
    run = {"rooms": run_rooms, "sales": _sales, "coupons": _coupons, "rankings": _rankings}
    run |= {"old-way": _old_way, "line": _line, "rehearsal": _rehearsal}
    texts: dict[str, str] = {}
    for part in options.parts:
        with tempfile.TemporaryDirectory(prefix="onsale-bench-") as folder:
            texts[part] = run[part](options, Path(folder))
    return texts


def _sales(options: argparse.Namespace, folder: Path) -> str:
    sales = run_sales(folder, options.port_base + len(ALL), options.rounds, options.seconds)
    return sale_report.render(sales, options)


def _coupons(options: argparse.Namespace, folder: Path) -> str:
    port = options.port_base + len(ALL)
    coupons = run_coupons(folder, port, options.rounds, options.seconds, options.waiting)
    return coupon_report.render(coupons, options)


def _rankings(options: argparse.Namespace, folder: Path) -> str:
    port = options.port_base + len(ALL)
    rankings = run_rankings(folder, port, options.rounds, options.seconds)
    return ranking_report.render(rankings, options)


def _old_way(options: argparse.Namespace, folder: Path) -> str:
    rows = run_old_way(folder, options.port_base + len(ALL), options.rounds)
    return old_way_report.render(rows, options)


def _line(options: argparse.Namespace, folder: Path) -> str:
    port = options.port_base + len(ALL)
    return line_report.render(run_line(folder, port, options.million, options.seconds), options)


def _rehearsal(options: argparse.Namespace, folder: Path) -> str:
    runs = run_rehearsal(folder, options.port_base + len(ALL), options.rounds)
    return rehearsal_report.render(runs, options)


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
