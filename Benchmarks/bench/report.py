"""The report in Markdown. Of the machine it tells what the figures depend on, and nothing else."""

import argparse
import os
import platform
import statistics
import subprocess
import time
from pathlib import Path

from .load import CONNECTIONS, WARM_UP_SECONDS, Sample
from .servers import Onsale

# Above this share of foreign work on the server's core a figure says little.
FOREIGN_LIMIT = 0.05

# Above this share of its own core wrk, not the server, decides the figure.
LOAD_LIMIT = 0.9

Samples = dict[tuple[str, str], list[Sample]]


def render(
    samples: Samples, options: argparse.Namespace, admitted: int, bodies: dict[str, int]
) -> str:
    """All of it. `bodies` holds the bytes of each contestant's status answer."""
    parts = ["# Side by side", "", _conditions(options, admitted, bodies), "", _table(samples)]
    parts += ["", _ratios(samples), "", _rounds(samples), "", machine(options)]
    warnings = _warnings(samples)
    if warnings:
        parts[3:3] = ["", *warnings]
    return "\n".join(parts) + "\n"


def _conditions(options: argparse.Namespace, admitted: int, bodies: dict[str, int]) -> str:
    sizes = ", ".join(f"{name} {size}" for name, size in bodies.items())
    return (
        f"Server and Redis share core 0, wrk has core 1: {CONNECTIONS} connections, keep-alive,"
        f" no pipelining. {options.rounds} interleaved rounds; each run {WARM_UP_SECONDS} s of"
        f" warm-up, then {options.seconds} s measured; medians. Status: {options.waiting:,}"
        f" waiting, a random one asks each time. Admission: {admitted:,} inside. Enter: always"
        f" somebody new. Bytes of a status body: {sizes}.\n\n"
        "The peer (`nginx-lua`) has fewer duties: it trusts `X-User-Id`, checks no signed ticket"
        " and signs none, keeps no ledger, no skipped visitors, no rate. So the comparison favours"
        " the peer. `nginx-return` does nothing but answer."
    )


def _table(samples: Samples) -> str:
    rows = [
        "| endpoint | server | requests/s | p50 ms | p99 ms | server us/request"
        " | Redis us/request | wrk's core | errors |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for (name, endpoint), runs in sorted(samples.items(), key=_order):
        rows.append(
            f"| {'any' if name == 'nginx-return' else endpoint} | {name}"
            f" | {_median(runs, 'requests_per_second'):,.0f}"
            f" | {_median(runs, 'p50') / 1000:.2f} | {_median(runs, 'p99') / 1000:.2f}"
            f" | {_median(runs, 'server_cpu'):.1f} | {_median(runs, 'redis_cpu'):.1f}"
            f" | {_median(runs, 'load_core'):.0%} | {sum(run.errors for run in runs)} |"
        )
    return "\n".join(rows)


def _ratios(samples: Samples) -> str:
    rows = ["| endpoint | onsale / peer | onsale / return | peer / return |", "|---|--:|--:|--:|"]
    constant = samples.get(("nginx-return", "status"))
    for endpoint in ("enter", "status", "admission"):
        ours, peer = samples.get(("onsale", endpoint)), samples.get(("nginx-lua", endpoint))
        cells = [_ratio(ours, peer), _ratio(ours, constant), _ratio(peer, constant)]
        rows.append(f"| {endpoint} | {' | '.join(cells)} |")
    return "\n".join(rows)


def _ratio(above: list[Sample] | None, below: list[Sample] | None) -> str:
    if not above or not below:
        return "-"
    value = _median(above, "requests_per_second") / _median(below, "requests_per_second")
    return f"{value:.2f}"


def _rounds(samples: Samples) -> str:
    lines = ["Requests/s, round by round:", ""]
    for (name, endpoint), runs in sorted(samples.items(), key=_order):
        figures = ", ".join(f"{run.requests_per_second:,.0f}" for run in runs)
        lines.append(f"- {name} {endpoint}: {figures}")
    return "\n".join(lines)


def _warnings(samples: Samples) -> list[str]:
    lines = []
    worst = max(run.foreign for runs in samples.values() for run in runs)
    if worst > FOREIGN_LIMIT:
        lines.append(
            f"**Not a quiet machine:** others took up to {worst:.0%} of the server's core in a run."
            " Do not quote these figures."
        )
    for (name, endpoint), runs in sorted(samples.items(), key=_order):
        if _median(runs, "load_core") > LOAD_LIMIT:
            cost = _median(runs, "server_cpu") + _median(runs, "redis_cpu")
            lines.append(
                f"wrk was the limit of {name} {endpoint}: by its CPU time a request the core could"
                f" give about {1e6 / cost:,.0f}/s."
            )
    return lines


def machine(options: argparse.Namespace) -> str:
    cpu = _field(Path("/proc/cpuinfo"), "model name", ":")
    memory = round(int(_field(Path("/proc/meminfo"), "MemTotal", ":").split()[0]) / 2**20)
    system = _field(Path("/etc/os-release"), "PRETTY_NAME", "=").strip('"')
    lines = [
        f"- {time.strftime('%Y-%m-%d', time.gmtime())}, {cpu}, {os.cpu_count()} cores,"
        f" {memory} GiB, {system}, Linux {platform.release().partition('-')[0]}",
    ]
    if "rooms" in options.parts:
        lines += [
            f"- {version('nginx', '-v')}; Lua module"
            f" {version('dpkg-query', '-W', '-f', '${Version}', 'libnginx-mod-http-lua')}",
        ]
    lines += [
        f"- {version('redis-server', '--version')}",
        f"- {version('wrk', '-v')}",
    ]
    if "onsale" in options.only:
        lines.append(f"- {version(str(Onsale.binary), '--version')}")
    return "\n".join(lines)


def _order(item: tuple[tuple[str, str], list[Sample]]) -> tuple[int, int]:
    name, endpoint = item[0]
    names, endpoints = ("nginx-return", "nginx-lua", "onsale"), ("enter", "status", "admission")
    return (-1, 0) if name == names[0] else (endpoints.index(endpoint), names.index(name))


def _median(runs: list[Sample], field: str) -> float:
    return statistics.median(getattr(run, field) for run in runs)


def _field(file: Path, name: str, separator: str) -> str:
    for line in file.read_text().splitlines():
        key, found, value = line.partition(separator)
        if found and key.strip() == name:
            return value.strip()
    return "unknown"


def version(*command: str) -> str:
    """The first line that the program says about itself; nginx says it on stderr."""
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return f"{Path(command[0]).name} unknown"
    said = (run.stdout + run.stderr).strip().splitlines()
    return said[0].partition(" Copyright")[0] if said else f"{Path(command[0]).name} unknown"
