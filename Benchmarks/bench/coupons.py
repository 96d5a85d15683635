"""The coupons' part of a run: refusals beside places in line, claims beside what commits, bursts."""

from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from . import prepare
from .check import check
from .coupon_check import check_claims, check_issued, check_owned, check_sold_out
from .failure import Failure
from .postgres import CLIENTS
from .progress import say
from .rounds import CONNECTIONS, HALF_CONNECTIONS, PROTOCOLS, Round, Rows, think_ms
from .sale_load import FREE, PINNED, Placement, measure, place, wrk
from .shop import Shop, start_shops

PLACE, SOLD_OUT, ALREADY = "place in line", "sold out", "already claimed"
HALF = "claims on SQLite, half load"

WARM_UP_SECONDS = 1
# The most that a coupon may have: no row gets through it.
QUANTITY = 1_000_000
# Claimed before anything is measured.
FEW = 1_000
# Users who are far from those of the warm-up.
MEASURED_FROM = 2_000_000

BURSTS = 3
BURST_USERS = 3_000
BURST_QUANTITY = 1_000


@dataclass(frozen=True)
class Burst:
    """How long after the start of a burst, in ms."""

    issued: float  # the last of the coupons was answered
    answered: float  # the last of the users was answered


@dataclass
class Coupons(Rows):
    """What was measured, and the bursts of all rounds on each shop."""

    bursts: dict[str, list[Burst]] = field(default_factory=dict)


def run_coupons(folder: Path, port: int, rounds: int, seconds: int, waiting: int) -> Coupons:
    """Starts both shops with their peers, measures in turns, audits at the end."""
    coupons = Coupons()
    with ExitStack() as stack:
        shops = start_shops(folder, port, stack)
        on_postgres, on_sqlite = shops
        line = _prepare(on_sqlite, waiting)
        for number in range(1, rounds + 1):
            bench = _Round(coupons, number, rounds, seconds)
            bench.on_postgres(on_postgres)
            # What PostgreSQL has yet to write would share the disk with the next rows.
            on_postgres.postgres.settle()
            bench.refusals(on_sqlite, line)
            bench.on_sqlite(on_sqlite, folder)
        for shop in shops:
            bench.audit(shop)
    return coupons


def claims(ledger: str, connections: int) -> str:
    return f"claims on {ledger}, {connections} connections"


def _prepare(shop: Shop, waiting: int) -> prepare.Visitors:
    """Fills the line; as many have a coupon as wait, and another coupon is sold out."""
    line = prepare.line(shop, waiting)
    for coupon, quantity, count in (("owned", QUANTITY, waiting), ("few", FEW, FEW)):
        shop.offer(coupon, quantity)
        options = {"coupon": coupon, "first": 1, "count": count, "status": 201, "kind": "issued"}
        wrk(shop, "claim", options, connections=HALF_CONNECTIONS, only={"issued"})
        check_issued(shop, coupon, count, count)
    say(f"{shop.name}: {waiting:,} wait, {waiting:,} have a coupon, {FEW:,} of {FEW:,} are issued")
    return line


class _Round(Round):
    def refusals(self, shop: Shop, line: prepare.Visitors) -> None:
        """Claims that are refused beside the status of a waiting ticket."""
        tag = f"n{self.number}"
        owners = len(line.pairs)
        check(shop, "status", line, tag)
        told = {"room": line.room, "visitors": line.file}
        self._refused(shop, PLACE, "place", "told", told)
        late = {"coupon": "few", "status": 410, "kind": "refused", "first": MEASURED_FROM}
        check_sold_out(shop, "few")
        self._refused(shop, SOLD_OUT, "claim", "refused", late)
        check_sold_out(shop, "few")
        again = {"coupon": "owned", "status": 409, "kind": "refused", "owners": owners}
        check_owned(shop, "owned", owners)
        self._refused(shop, ALREADY, "claim", "refused", again)
        check_owned(shop, "owned", owners)
        check(shop, "status", line, tag)
        check_issued(shop, "owned", owners, owners)
        check_issued(shop, "few", FEW, FEW)

    def on_postgres(self, shop: Shop) -> None:
        """Claims beside pgbench on the same server; then bursts."""
        for placement in (PINNED, FREE):
            place(shop, placement)
            for protocol, connections in zip(PROTOCOLS, (CLIENTS, CONNECTIONS)):
                self.tpcb(shop.postgres, protocol, placement)
                self._claim(shop, claims("PostgreSQL", connections), connections, placement)
        place(shop, PINNED)
        self._bursts(shop)

    def on_sqlite(self, shop: Shop, folder: Path) -> None:
        """Claims beside single commits; then bursts."""
        self.commits(folder)
        for connections in (CONNECTIONS, HALF_CONNECTIONS):
            self._claim(shop, claims("SQLite", connections), connections, PINNED)
        full = self.rows.runs[claims("SQLite", HALF_CONNECTIONS), PINNED.name][-1]
        self._claim(shop, HALF, HALF_CONNECTIONS, PINNED, full.rate)
        self._bursts(shop)

    def _refused(self, shop: Shop, name: str, script: str, kind: str, options: dict) -> None:
        for seconds in (WARM_UP_SECONDS, self.seconds):
            run = measure(shop, script, kind, options, seconds, CONNECTIONS)
        self.add(name, PINNED, run)

    def _claim(
        self, shop: Shop, name: str, connections: int, placement: Placement, full: float = 0
    ) -> None:
        """Claims by new users; with `full`, at half of that rate."""
        coupon = self.named(f"{'half' if full else 'claims'}-{connections}-{placement.name}")
        shop.offer(coupon, QUANTITY)
        check_claims(shop, coupon, "first")
        options = {"coupon": coupon, "status": 201, "kind": "issued"}
        if full:
            options["think"] = think_ms(full / 2)
        options["first"] = 1
        warm = measure(shop, "claim", "issued", options, WARM_UP_SECONDS, connections, placement)
        if full:
            options["think"] = think_ms(full / 2, warm.p50)
        options["first"] = MEASURED_FROM
        run = measure(shop, "claim", "issued", options, self.seconds, connections, placement)
        # One more was checked before.
        done = 1 + warm.done + run.done
        check_issued(shop, coupon, done, done + 2 * connections)
        self.add(name, placement, replace(run, of_full=run.rate / full) if full else run)

    def _bursts(self, shop: Shop) -> None:
        options = {"users": BURST_USERS, "quantity": BURST_QUANTITY}
        late = BURST_USERS - BURST_QUANTITY
        for number in range(BURSTS):
            coupon = self.named(f"burst-{number}")
            shop.offer(coupon, BURST_QUANTITY)
            both = {"issued", "410"}
            result = wrk(
                shop, "burst", options | {"coupon": coupon}, connections=HALF_CONNECTIONS, only=both
            )
            if result["answers"] != {"issued": BURST_QUANTITY, "410": late}:
                raise Failure(f"{shop.name}: a burst was answered {result['answers']}")
            check_issued(shop, coupon, BURST_QUANTITY, BURST_QUANTITY)
            burst = Burst(**{name: at / 1000 for name, at in result["marks"].items()})
            self.rows.bursts.setdefault(shop.name, []).append(burst)
            say(
                f"round {self.number}/{self.rounds}  {shop.name}: all {BURST_QUANTITY:,} issued"
                f" after {burst.issued:.0f} ms, all answered after {burst.answered:.0f} ms"
            )
