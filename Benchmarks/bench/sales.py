"""The sales' part of a run: payments beside pgbench, purchases beside single commits, seat maps."""

from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from .failure import Failure
from .postgres import CLIENTS, Postgres
from .rounds import CONNECTIONS, HALF_CONNECTIONS, PROTOCOLS, Round, Rows, think_ms
from .sale_load import FREE, PINNED, Placement, charge, hold, measure, place
from .seat_map import MapRun, measure_map
from .shop import Shop, start_shops

# Payments are of seats held before. They are paid for the measured time, or until all are paid.
WARM_UP = 8_000
WARM_UP_SECONDS = 2
HELD_A_SECOND = 7_000
# Seats of one performance at most.
SEATS_MAX = 200_000


@dataclass
class Sales(Rows):
    """What was measured, and the maps of all rounds."""

    maps: list[MapRun] = field(default_factory=list)


def run_sales(folder: Path, port: int, rounds: int, seconds: int) -> Sales:
    """Starts both shops with their peers, measures in turns, audits after each round."""
    sales = Sales()
    with ExitStack() as stack:
        shops = start_shops(folder, port, stack)
        postgres = shops[0].postgres
        for shop in shops:
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
                bench.audit(shop)
    return sales


class _Round(Round):
    def payments(self, shop: Shop, postgres: Postgres) -> None:
        """Payments on PostgreSQL beside pgbench on the same server."""
        for placement in (PINNED, FREE):
            place(shop, placement)
            for protocol, connections in zip(PROTOCOLS, (CLIENTS, CONNECTIONS)):
                self.tpcb(postgres, protocol, placement)
                self._pay(shop, f"payments, {connections} connections", connections, placement)
        place(shop, PINNED)

    def purchases(self, shop: Shop, folder: Path) -> None:
        """Entries, payments and whole purchases on SQLite beside single commits."""
        self.commits(folder)
        tag = f"e{self.number}"
        for connections in (CONNECTIONS, HALF_CONNECTIONS):
            options = {"tag": f"{tag}-{connections}", "key": shop.admin_key()}
            name = f"entries, {connections} connections"
            self.add(
                name, PINNED, measure(shop, "entry", "put", options, self.seconds, connections)
            )
        self._pay(shop, "payments", CONNECTIONS, PINNED)
        self._half(shop)
        for placement in (PINNED, FREE):
            place(shop, placement)
            self._buy(shop, placement)
        place(shop, PINNED)

    def _pay(self, shop: Shop, name: str, connections: int, placement: Placement) -> None:
        performance = self.named(f"pay-{connections}-{placement.name}")
        held = min(SEATS_MAX, WARM_UP + HELD_A_SECOND * self.seconds)
        shop.open(performance, held)
        file = hold(shop, performance, held)
        options = {"file": file, "tag": performance, "first": 1, "count": WARM_UP}
        warm = measure(shop, "pay", "paid", options, 60, connections, placement)
        options |= {"first": WARM_UP + 1, "count": held - WARM_UP}
        run = measure(shop, "pay", "paid", options, self.seconds, connections, placement)
        file.unlink()
        self._check(shop, performance, warm.done + run.done, connections)
        self.add(name, placement, run)

    def _half(self, shop: Shop) -> None:
        """Payments at half of the rate that was just measured, by pauses before each."""
        full = self.rows.runs["payments", PINNED.name][-1]
        rate = full.rate / 2
        performance = self.named("half")
        held = min(SEATS_MAX, round(rate * self.seconds * 1.3) + HALF_CONNECTIONS)
        shop.open(performance, held)
        file = hold(shop, performance, held)
        options = {"file": file, "tag": performance, "first": 1, "count": held}
        options["think"] = think_ms(rate)
        run = measure(shop, "pay", "paid", options, self.seconds, HALF_CONNECTIONS)
        file.unlink()
        self._check(shop, performance, run.done, HALF_CONNECTIONS)
        self.add("payments, half load", PINNED, replace(run, of_full=run.rate / full.rate))

    def _buy(self, shop: Shop, placement: Placement) -> None:
        performance = self.named(f"buy-{placement.name}")
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
        self.add("purchases", placement, run)

    def _check(self, shop: Shop, performance: str, paid: int, in_flight: int) -> None:
        """What was answered is in the ledger, and no more than was on its way at the end."""
        sold = shop.sold(performance)
        if not paid <= sold <= paid + in_flight:
            raise Failure(f"{shop.name}: {paid} payments were answered, {sold} seats are sold")
