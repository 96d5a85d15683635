"""Rows that are measured in rounds, and the peers whose rows stand beside ours on a ledger's disk."""

import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from .failure import Failure
from .postgres import CLIENTS, Postgres
from .process import SERVER_CORE, cores_busy_microseconds
from .progress import say
from .sale_load import FREE, PINNED, Placement, Run
from .servers import BENCHMARKS
from .shop import Shop

COMMITS = BENCHMARKS / "peers/single-commits/commits.py"
CONNECTIONS = 64
# Half load comes over more connections, so that a slow answer does not hold the next buyers up.
HALF_CONNECTIONS = 256
PROTOCOLS = ("simple", "prepared")
TPCB_WARM_UP_SECONDS = 2


@dataclass
class Rows:
    """What was measured: all rounds of each row, by name and placement."""

    runs: dict[tuple[str, str], list[Run]] = field(default_factory=dict)
    audits: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, placement: Placement, run: Run) -> None:
        self.runs.setdefault((name, placement.name), []).append(run)

    def rates(self, name: str, placement: Placement) -> list[float]:
        return [run.rate for run in self.runs.get((name, placement.name), [])]

    def rate(self, name: str, placement: Placement) -> float:
        return statistics.median(self.rates(name, placement))

    def ratio(self, name: str, peer: str, placement: Placement) -> float:
        return self.rate(name, placement) / self.rate(peer, placement)


def think_ms(rate: float, answer_ms: float = 2) -> float:
    """The mean pause of each of the half load's connections, so that together they ask `rate`."""
    # A connection's turn is its pause and its answer; the answers are quick at half load.
    return max(1, HALF_CONNECTIONS * 1000 / rate - answer_ms)


def tpcb_name(protocol: str) -> str:
    return f"pgbench, {protocol}, {CLIENTS} clients"


class Round:
    """One round, which adds a run to each row."""

    def __init__(self, rows: Rows, number: int, rounds: int, seconds: int):
        self.rows, self.number, self.rounds, self.seconds = rows, number, rounds, seconds

    def tpcb(self, postgres: Postgres, protocol: str, placement: Placement) -> None:
        postgres.tpcb(protocol, TPCB_WARM_UP_SECONDS, set(placement.load))
        before = postgres.process.cpu_microseconds()
        busy = cores_busy_microseconds(set(placement.servers))
        began = time.monotonic()
        rate = postgres.tpcb(protocol, self.seconds, set(placement.load))
        passed = (time.monotonic() - began) * 1e6
        used = postgres.process.cpu_microseconds() - before
        busy = cores_busy_microseconds(set(placement.servers)) - busy
        done = round(rate * self.seconds)
        foreign = 0.0 if placement is FREE else max(0.0, busy - used) / passed
        run = Run(rate, done, cpu={"PostgreSQL": used / done}, foreign=foreign)
        self.add(tpcb_name(protocol), placement, run)

    def commits(self, folder: Path) -> None:
        file = folder / f"commits{self.number}.sqlite"
        command = ["taskset", "-c", str(SERVER_CORE), sys.executable, str(COMMITS), str(file)]
        output = subprocess.run(
            [*command, str(self.seconds)],
            capture_output=True,
            text=True,
            timeout=self.seconds + 60,
        )
        if output.returncode != 0:
            raise Failure(f"single commits failed:\n{output.stdout}{output.stderr}")
        done, microseconds = map(int, output.stdout.split())
        self.add("single commits", PINNED, Run(done * 1e6 / microseconds, done))

    def audit(self, shop: Shop) -> None:
        self.rows.audits[shop.name] = shop.audit()
        say(f"round {self.number}/{self.rounds}  {shop.name}: the audit holds")

    def named(self, what: str) -> str:
        """What is sold in this round only."""
        return f"{what}-{self.number}"

    def add(self, name: str, placement: Placement, run: Run) -> None:
        self.rows.add(name, placement, run)
        self.say(name, placement, run)

    def say(self, name: str, placement: Placement, what) -> None:
        rate = f"{what.rate:>9,.0f}/s" if isinstance(what, Run) else ""
        cpu = "".join(f"  {n} {us:.0f} us" for n, us in getattr(what, "cpu", {}).items())
        others = f"  others {what.foreign:.0%}" if isinstance(what, Run) else ""
        say(
            f"round {self.number}/{self.rounds}  {placement.name:<7}{name:<38}{rate}"
            f"  p50 {what.p50:.2f} ms  p99 {what.p99:.2f} ms{cpu}{others}"
        )
