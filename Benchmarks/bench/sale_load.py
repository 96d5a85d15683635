"""Load on a shop: wrk with the scripts of the sale, answers counted, CPU time read."""

import json
import resource
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from .failure import Failure
from .process import LOAD_CORE, SERVER_CORE, cores_busy_microseconds
from .servers import BENCHMARKS
from .shop import POINTS, Shop

# A run that ends by its count is given up after this.
COUNTED_SECONDS = 120


@dataclass(frozen=True)
class Placement:
    """Which cores the servers (Onsale, Redis, PostgreSQL) and the load have."""

    name: str
    servers: frozenset[int]
    load: frozenset[int]


PINNED = Placement("pinned", frozenset({SERVER_CORE}), frozenset({LOAD_CORE}))
FREE = Placement("free", frozenset({SERVER_CORE, LOAD_CORE}), frozenset({SERVER_CORE, LOAD_CORE}))


@dataclass(frozen=True)
class Run:
    """What one measured run gave. Latencies in ms, CPU in microseconds for each that was done."""

    rate: float  # done a second
    done: int
    mean: float = 0.0
    p50: float = 0.0
    p99: float = 0.0
    max: float = 0.0
    cpu: dict[str, float] = field(default_factory=dict)  # server, redis, postgres
    load: float = 0.0  # CPU time of the load, in cores
    foreign: float = 0.0  # CPU time of others on the servers' cores, in cores
    of_full: float = 1.0  # share of the full rate that was asked for


class Clocks:
    """CPU time of a shop's programs, of their cores, and of the load (ended children)."""

    def __init__(self, shop: Shop, placement: Placement):
        # A constant has neither a ledger nor a Redis.
        postgres = getattr(shop, "postgres", None)
        postgres = postgres.process if postgres else None
        programs = {"server": shop.server, "Redis": shop.redis, "PostgreSQL": postgres}
        self.programs = {name: program for name, program in programs.items() if program}
        self.placement = placement
        self._before = self._now()

    def _now(self) -> tuple[dict[str, int], int, float]:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return (
            {name: program.cpu_microseconds() for name, program in self.programs.items()},
            cores_busy_microseconds(set(self.placement.servers)),
            (usage.ru_utime + usage.ru_stime) * 1e6,
        )

    def since(self, done: int, microseconds: float) -> dict:
        """The fields of `Run` about CPU time."""
        (old, busy_before, load_before), (new, busy, load) = self._before, self._now()
        used = {name: new[name] - old[name] for name in new}
        ours = sum(used.values())
        if self.placement.load & self.placement.servers:
            ours += load - load_before
        return {
            "cpu": {name: value / done for name, value in used.items()},
            "load": (load - load_before) / microseconds,
            "foreign": max(0.0, busy - busy_before - ours) / microseconds,
        }


def place(shop: Shop, placement: Placement) -> None:
    """Moves the shop's programs to the placement's cores."""
    for process in (shop.server, shop.redis, shop.postgres and shop.postgres.process):
        if process:
            process.move(set(placement.servers))


def charge(shop: Shop) -> None:
    """Gives all users points."""
    wrk(shop, "charge", {"amount": POINTS}, only={"charged"})


def hold(shop: Shop, performance: str, count: int, first: int = 1) -> Path:
    """Holds seats, one each. -> the file of their tokens."""
    file = shop.folder / f"{performance}.tsv"
    options = {"performance": performance, "first": first, "count": count, "file": file}
    result = wrk(shop, "hold", options, only={"held"})
    if result["answers"]["held"] < count:
        raise Failure(f"{shop.name}: {result['answers']} of {count} holds")
    return file


def measure(
    shop: Shop,
    script: str,
    kind: str,
    options: dict,
    seconds: int,
    connections: int,
    placement: Placement = PINNED,
    only: set[str] | None = None,
) -> Run:
    """One measured run: how many answers of `kind` a second. Any other than `only` fails it."""
    clocks = Clocks(shop, placement)
    result = wrk(
        shop, script, options, seconds=seconds, connections=connections, placement=placement,
        only=only or {kind},
    )
    done, microseconds = result["answers"].get(kind, 0), result["microseconds"]
    if not done:
        raise Failure(f"{shop.name}/{script}: nothing was {kind}")
    return Run(
        rate=done * 1e6 / microseconds,
        done=done,
        mean=result["mean"] / 1000,
        p50=result["p50"] / 1000,
        p99=result["p99"] / 1000,
        max=result["max"] / 1000,
        **clocks.since(done, microseconds),
    )


def wrk(
    shop: Shop,
    script: str,
    options: dict,
    seconds: int = COUNTED_SECONDS,
    connections: int = 64,
    placement: Placement = PINNED,
    only: set[str] = frozenset(),
) -> dict:
    cores = ",".join(map(str, sorted(placement.load)))
    command = ["taskset", "-c", cores, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s"]
    command += ["--timeout", "10s", "-s", str(BENCHMARKS / "wrk" / f"{script}.lua")]
    command += [f"http://127.0.0.1:{shop.port}/", "--"]
    command += [f"{name}={value}" for name, value in options.items()]
    run = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60)
    line = run.stdout.rpartition("BENCH ")[2]
    if run.returncode != 0 or not line.startswith("{"):
        raise Failure(f"wrk failed on {shop.name}/{script}:\n{run.stdout}{run.stderr}")
    result = json.loads(line)
    if result["broken"] or set(result["answers"]) - set(only):
        log = shop.server.log_tail() if shop.server else ""
        raise Failure(
            f"{shop.name}/{script}: answers {result['answers']}, {result['broken']} connections"
            f" broke or timed out. These figures are worth nothing.\n{log}"
        )
    return result
