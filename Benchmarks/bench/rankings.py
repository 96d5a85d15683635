"""The rankings' part of a run: reads beside a constant nginx answer, the relay, how late it is."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from .backlog import Backlog, few_sell_most, uniform, until_on_boards
from .board_lag import Lag, measure_lag
from .failure import Failure
from .http import call
from .ranking_boards import LENGTHS, MILLION, PRODUCTS, prepare
from .ranking_check import check_document, check_list, check_member, check_pages
from .rounds import CONNECTIONS, HALF_CONNECTIONS, Round, Rows, think_ms
from .sale_load import PINNED, Run, hold, measure
from .servers import Constant, Contestant
from .shop import ShopOnSQLite, require_disk

CONCERTS, POPULAR = "sell-outs", "best sellers"
FIRST, ANY = "first page of a million", "any page of a million"
# The relay's rows: how many members, which board, how many changes.
ON_SHOP, ON_STORE, ON_MILLION = (
    "order lines, 100 products",
    "order lines, 1,000 products, few sell most",
    "points, any of 1,000,000 members",
)
PRODUCTS_OF_SHOP = 100
LINES, POINTS_GIVEN = 400_000, 100_000
PAYMENTS, HALF = "payments", "payments, half load"
WARM_UP_SECONDS = 1
PATHS = {
    CONCERTS: "/api/v1/concerts/ranking?limit=10",
    POPULAR: "/api/v1/products/popular?days=3&limit=10",
    FIRST: "/api/v1/boards/million?window=all&limit=10",
    ANY: "/api/v1/boards/million?window=all&limit=10&offset=%d",
}
# Seconds of full load, which says what half of it is.
FULL_SECONDS = 4
HELD_A_SECOND = 7_000


@dataclass
class Rankings(Rows):
    """What was measured, and how late boards were."""

    lags: list[Lag] = field(default_factory=list)
    bytes: dict[str, int] = field(default_factory=dict)  # of the bodies that nginx repeats


def run_rankings(folder: Path, port: int, rounds: int, seconds: int) -> Rankings:
    """Starts a shop and the constants, fills the boards, measures in turns."""
    rankings = Rankings()
    with ExitStack() as stack:
        require_disk(folder)
        shop = ShopOnSQLite(folder, port)
        stack.callback(shop.stop)
        shop.start()
        boards = prepare(shop)
        constants = _constants(rankings, shop, folder, port + 1, stack)
        for number in range(1, rounds + 1):
            bench = _Round(rankings, number, rounds, seconds)
            bench.reads(shop, constants, boards[MILLION])
            bench.members(shop, boards)
            bench.lag(shop)
            bench.relay(boards)
    return rankings


def constant(row: str) -> str:
    return f"nginx, as long as {row}"


def member_of(count: int) -> str:
    return f"a member of {count:,}"


def _constants(
    rankings: Rankings, shop: ShopOnSQLite, folder: Path, port: int, stack: ExitStack
) -> dict[str, Constant]:
    constants: dict[str, Constant] = {}
    until_on_boards(shop)
    for number, (row, path) in enumerate(PATHS.items()):
        middle = str(LENGTHS[MILLION] // 2)
        body = call(shop.port, "GET", path.replace("%d", middle)).body.decode()
        constants[row] = Constant(folder, port + number, f"nginx-{number}", body)
        stack.callback(constants[row].stop)
        constants[row].start()
        rankings.bytes[row] = len(body)
    return constants


class _Round(Round):
    def reads(self, shop: ShopOnSQLite, constants: dict[str, Constant], million: Backlog) -> None:
        """Each list beside a constant of the same size."""
        for row, path in PATHS.items():
            self._read(constants[row], constant(row), {"path": "/"})
            self._check(shop, row, million)
            self._read(shop, row, {"path": path, "below": LENGTHS[MILLION] - 10})
            self._check(shop, row, million)

    def members(self, shop: ShopOnSQLite, boards: dict[str, Backlog]) -> None:
        """Where a random member stands today, in lists of two lengths."""
        for board, count in LENGTHS.items():
            path = f"/api/v1/boards/{board}/members/p%07d"
            check_member(shop, path, boards[board].sums)
            self._read(shop, member_of(count), {"path": path, "below": count})
            check_member(shop, path, boards[board].sums)

    def lag(self, shop: ShopOnSQLite) -> None:
        """How long after its answer a payment is on the board, at half of the full rate."""
        held = HELD_A_SECOND * FULL_SECONDS
        full = self._pay(shop, self._hold(shop, "full", held), held, FULL_SECONDS, {})
        self.add(PAYMENTS, PINNED, full)
        held = round(full.rate * 0.65 * self.seconds)
        file = self._hold(shop, "half", held)
        options = {"think": think_ms(full.rate / 2)}
        with ThreadPoolExecutor(1) as beside:
            # It ends before the load does.
            seconds = max(1, self.seconds - 1)
            lag = beside.submit(measure_lag, shop, self.named("probe"), seconds)
            half = self._pay(shop, file, held, self.seconds, options)
            self.rows.lags.append(lag.result())
        self.add(HALF, PINNED, replace(half, of_full=half.rate / full.rate))
        self.say("on the board", PINNED, self.rows.lags[-1])

    def relay(self, boards: dict[str, Backlog]) -> None:
        """A backlog of changes, brought to the boards."""
        products, million = boards["products"], boards[MILLION]
        few = uniform(PRODUCTS_OF_SHOP, LINES, self.number)
        some = few_sell_most(PRODUCTS, LINES, self.number)
        any_member = uniform(LENGTHS[MILLION], POINTS_GIVEN, self.number)
        rows = ((ON_SHOP, products, few), (ON_STORE, products, some))
        for row, backlog, changes in (*rows, (ON_MILLION, million, any_member)):
            self.add(row, PINNED, backlog.relay(changes))
            check_list(backlog.shop, backlog.board, backlog.sums)

    def _read(self, server: Contestant, name: str, options: dict) -> None:
        for seconds in (WARM_UP_SECONDS, self.seconds):
            run = measure(server, "read", "read", options, seconds, CONNECTIONS)
        self.add(name, PINNED, run)

    def _check(self, shop: ShopOnSQLite, row: str, million: Backlog) -> None:
        if row == ANY:
            check_pages(shop, PATHS[ANY], million.sums)
        else:
            check_document(shop, PATHS[row])

    def _hold(self, shop: ShopOnSQLite, kind: str, count: int) -> Path:
        performance = self.named(f"pay-{kind}")
        shop.open(performance, count)
        return hold(shop, performance, count)

    def _pay(self, shop: ShopOnSQLite, file: Path, held: int, seconds: int, options: dict) -> Run:
        """Pays for what is held in the performance that the file is named after."""
        options = options | {"file": file, "tag": file.stem, "first": 1, "count": held}
        connections = HALF_CONNECTIONS if "think" in options else CONNECTIONS
        run = measure(shop, "pay", "paid", options, seconds, connections)
        file.unlink()
        sold = shop.sold(file.stem)
        if not run.done <= sold <= run.done + connections:
            raise Failure(f"{shop.name}: {run.done} payments were answered, {sold} seats are sold")
        return run
