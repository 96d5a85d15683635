"""The sales' part of a run: payments beside pgbench, purchases beside single commits, seat maps."""

import statistics
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from .failure import Failure
from .postgres import CLIENTS, Postgres
from .process import SERVER_CORE, cores_busy_microseconds
from .sale_load import FREE, PINNED, Placement, Run, charge, hold, measure, place
from .seat_map import MapRun, measure_map
from .servers import BENCHMARKS
from .shop import Shop, ShopOnPostgres, ShopOnSQLite

CONNECTIONS = 64
# Half load comes over more connections, so that a slow answer does not hold the next buyers up.
HALF_CONNECTIONS = 256

# Payments are of seats held before. They are paid for the measured time, or until all are paid.
WARM_UP = 8_000
WARM_UP_SECONDS = 2
HELD_A_SECOND = 7_000
# Seats of one performance at most.
SEATS_MAX = 200_000

COMMITS = BENCHMARKS / "peers/single-commits/commits.py"


@dataclass
class Sales:
    """What was measured: all rounds of each row, by name and placement."""

    runs: dict[tuple[str, str], list[Run]] = field(default_factory=dict)
    maps: list[MapRun] = field(default_factory=list)
    audits: dict[str, list[str]] = field(default_factory=dict)

    def add(self, name: str, placement: Placement, run: Run) -> None:
        self.runs.setdefault((name, placement.name), []).append(run)

    def rates(self, name: str, placement: Placement) -> list[float]:
        return [run.rate for run in self.runs.get((name, placement.name), [])]

    def rate(self, name: str, placement: Placement) -> float:
        return statistics.median(self.rates(name, placement))


def run_sales(folder: Path, port: int, rounds: int, seconds: int) -> Sales:
    """Starts both shops with their peers, measures in turns, audits after each round."""
    sales = Sales()
    with ExitStack() as stack:
        postgres = Postgres(folder)
        stack.callback(postgres.stop)
        _say(f"PostgreSQL: filling pgbench's tables, scale 50, in {folder}")
        _require_disk(folder)
        postgres.start()
        shops: list[Shop] = [ShopOnPostgres(folder, port, postgres), ShopOnSQLite(folder, port + 1)]
        for shop in shops:
            stack.callback(shop.stop)
            shop.start()
            charge(shop)
        for number in range(1, rounds + 1):
            bench = _Round(sales, number, rounds, seconds)
            bench.payments(shops[0], postgres)
            # What PostgreSQL has yet to write would share the disk with the next rows.
            postgres.settle()
            bench.purchases(shops[1], folder)
            sales.maps.append(measure_map(shops[1], f"map{number}"))
            bench.say("seat map", PINNED, sales.maps[-1].changed)
            for shop in shops:
                sales.audits[shop.name] = shop.audit()
                _say(f"round {number}/{rounds}  {shop.name}: the audit holds")
    return sales


class _Round:
    def __init__(self, sales: Sales, number: int, rounds: int, seconds: int):
        self.sales, self.number, self.rounds, self.seconds = sales, number, rounds, seconds

    def payments(self, shop: Shop, postgres: Postgres) -> None:
        """Payments on PostgreSQL beside pgbench on the same server."""
        for placement in (PINNED, FREE):
            place(shop, placement)
            self._tpcb(shop, postgres, "simple", placement)
            self._pay(shop, f"payments, {CLIENTS} connections", CLIENTS, placement)
            self._tpcb(shop, postgres, "prepared", placement)
            self._pay(shop, f"payments, {CONNECTIONS} connections", CONNECTIONS, placement)
        place(shop, PINNED)

    def purchases(self, shop: Shop, folder: Path) -> None:
        """Entries, payments and whole purchases on SQLite beside single commits."""
        self._commits(folder)
        tag = f"e{self.number}"
        for connections in (CONNECTIONS, HALF_CONNECTIONS):
            options = {"tag": f"{tag}-{connections}", "key": shop.admin_key()}
            name = f"entries, {connections} connections"
            self._add(
                name, PINNED, measure(shop, "entry", "put", options, self.seconds, connections)
            )
        self._pay(shop, "payments", CONNECTIONS, PINNED)
        self._half(shop)
        for placement in (PINNED, FREE):
            place(shop, placement)
            self._buy(shop, placement)
        place(shop, PINNED)

    def _tpcb(self, shop: Shop, postgres: Postgres, protocol: str, placement: Placement) -> None:
        postgres.tpcb(protocol, WARM_UP_SECONDS, set(placement.load))
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
        self._add(f"pgbench, {protocol}, {CLIENTS} clients", placement, run)

    def _pay(self, shop: Shop, name: str, connections: int, placement: Placement) -> None:
        performance = self._name(f"pay-{connections}-{placement.name}")
        held = min(SEATS_MAX, WARM_UP + HELD_A_SECOND * self.seconds)
        shop.open(performance, held)
        file = hold(shop, performance, held)
        options = {"file": file, "tag": performance, "first": 1, "count": WARM_UP}
        warm = measure(shop, "pay", "paid", options, 60, connections, placement)
        options |= {"first": WARM_UP + 1, "count": held - WARM_UP}
        run = measure(shop, "pay", "paid", options, self.seconds, connections, placement)
        file.unlink()
        self._check(shop, performance, warm.done + run.done, connections)
        self._add(name, placement, run)

    def _half(self, shop: Shop) -> None:
        """Payments at half of the rate that was just measured, by pauses before each."""
        full = self.sales.runs["payments", PINNED.name][-1]
        rate = full.rate / 2
        performance = self._name("half")
        held = min(SEATS_MAX, round(rate * self.seconds * 1.3) + HALF_CONNECTIONS)
        shop.open(performance, held)
        file = hold(shop, performance, held)
        # A connection's turn is its pause and its answer; the answers are quick at half load.
        think = HALF_CONNECTIONS * 1000 / rate - 2
        options = {"file": file, "tag": performance, "first": 1, "count": held, "think": think}
        run = measure(shop, "pay", "paid", options, self.seconds, HALF_CONNECTIONS)
        file.unlink()
        self._check(shop, performance, run.done, HALF_CONNECTIONS)
        run = Run(**(run.__dict__ | {"of_full": run.rate / full.rate}))
        self._add("payments, half load", PINNED, run)

    def _buy(self, shop: Shop, placement: Placement) -> None:
        performance = self._name(f"buy-{placement.name}")
        seats = min(SEATS_MAX, HELD_A_SECOND * (self.seconds + WARM_UP_SECONDS))
        shop.open(performance, seats)
        both = {"held", "paid"}
        options = {"performance": performance, "first": 1, "count": seats // 5}
        warm = measure(
            shop, "purchase", "paid", options, WARM_UP_SECONDS, CONNECTIONS, placement, both
        )
        options |= {"first": seats // 5 + 1, "count": seats - seats // 5}
        run = measure(
            shop, "purchase", "paid", options, self.seconds, CONNECTIONS, placement, both
        )
        self._check(shop, performance, warm.done + run.done, 2 * CONNECTIONS)
        self._add("purchases", placement, run)

    def _commits(self, folder: Path) -> None:
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
        self._add("single commits", PINNED, Run(done * 1e6 / microseconds, done))

    def _name(self, what: str) -> str:
        return f"{what}-{self.number}"

    def _check(self, shop: Shop, performance: str, paid: int, in_flight: int) -> None:
        """What was answered is in the ledger, and no more than was on its way at the end."""
        sold = shop.sold(performance)
        if not paid <= sold <= paid + in_flight:
            raise Failure(f"{shop.name}: {paid} payments were answered, {sold} seats are sold")

    def _add(self, name: str, placement: Placement, run: Run) -> None:
        self.sales.add(name, placement, run)
        self.say(name, placement, run)

    def say(self, name: str, placement: Placement, what) -> None:
        rate = f"{what.rate:>9,.0f}/s" if isinstance(what, Run) else ""
        cpu = "".join(f"  {n} {us:.0f} us" for n, us in getattr(what, "cpu", {}).items())
        others = f"  others {what.foreign:.0%}" if isinstance(what, Run) else ""
        _say(
            f"round {self.number}/{self.rounds}  {placement.name:<7}{name:<30}{rate}"
            f"  p50 {what.p50:.2f} ms  p99 {what.p99:.2f} ms{cpu}{others}"
        )


def _require_disk(folder: Path) -> None:
    """A ledger in memory would be measured with commits that cost nothing."""
    kind = subprocess.run(
        ["stat", "-f", "-c", "%T", str(folder)], capture_output=True, text=True, check=True
    ).stdout.strip()
    if kind in ("tmpfs", "ramfs"):
        raise Failure(f"{folder} is in memory ({kind}): set TMPDIR to a folder on a disk")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
